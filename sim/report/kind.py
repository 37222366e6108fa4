"""Kind of figure: what the registry knows of it, and how its notes come to say what it is of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, Literal

from sim.report.needs import Cases, once

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Of = Literal["run", "experiment"]


@dataclass(frozen=True)
class Kind:
    """A kind of figure.

    Attributes
    ----------
    name : str
        ``results.plot.NAME(...)``, ``hecun plot RESULTS NAME``.
    of : {"run", "experiment"}
        Whose results it draws.
    en, zh : str
        What it shows, in one line.
    where : str
        Its function, ``module.function`` of `sim.report`: it takes results, what `takes` names
        and ``lang``, and returns a Matplotlib figure. Imported when it is first drawn.
    needs : str
        What results must have for it, in words; nothing if all have it.
    takes : tuple of str
        Its options besides ``lang``.
    cases : callable
        The figures of the kind that results have the numbers for (`sim.report.needs`).
    caption : str
        The words below it in a report; ``{outcome}``, ``{factor}`` in them are the case's.
    section : {"figures", "winners"}
        The section of a report that has it.
    file : str
        The name of its files if `hecun run` draws it, else nothing.
    monthly : bool
        Whether it shows every month, so that its notes name no mean of twelve.
    """

    name: str
    of: Of
    en: str
    zh: str
    where: str
    needs: str = ""
    takes: tuple[str, ...] = ()
    cases: Cases = once
    caption: str = ""
    section: Literal["figures", "winners"] = "figures"
    file: str = ""
    monthly: bool = False

    @property
    def function(self) -> "Callable[..., Figure]":
        """The function that draws it."""
        module, _, name = self.where.partition(".")
        return _noting(getattr(import_module(f"sim.report.{module}"), name), self.monthly)

    def named(self, stem: str, case: dict[str, str]) -> str:
        """Return the name of the files of one of its figures: ``map_trust``."""
        return "_".join([stem, *case.values()]).replace(".", "_")


def _noting(draw: "Callable[..., Figure]", monthly: bool) -> "Callable[..., Figure]":
    """Return a function of a figure whose notes say what its results are of."""

    @wraps(draw)
    def drawn(results: Any, *given: Any, **options: Any) -> "Figure":
        from sim.report.frame import noted
        from sim.report.origin import origin
        from sim.words import check_language

        asked = signature(draw).bind_partial(results, *given, **options).arguments
        said = origin(results, check_language(asked.get("lang", "en")), monthly)
        with noted(*([said] if said else [])):
            return draw(results, *given, **options)

    return drawn
