"""All figures of one run, as files."""

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.fonts import themed
from sim.report.registry import kinds
from sim.report.saving import save
from sim.results.reading import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 200
_PNG = {"compress_level": 3}  # quicker than the default, for 5 % more bytes


def drawings(results: Results, language: str) -> "dict[str, Callable[[], Figure]]":
    """Return what draws each figure of a run, by name."""
    return {
        kind.named(kind.file, case): partial(kind.function, results, lang=language, **case)
        for kind in kinds("run").values()
        if kind.file
        for case in kind.cases(results)
    }


def _write(figure: "Figure", stem: Path, svg: bool) -> list[Path]:
    """Write a figure as ``stem.png`` and, if `svg`, as ``stem.svg``; return the files."""
    files = [stem.with_name(f"{stem.name}.{end}") for end in ("png", "svg")[: 1 + svg]]
    save(figure, files[0], DPI, pil_kwargs=_PNG)
    if svg:
        save(figure, files[1], None)
    return files


def draw_run(
    results: Results, lang: str = "en", svg: bool = False, names: Sequence[str] | None = None
) -> list[Path]:
    """Draw a run's figures into its folder ``figures``, each as PNG (200 dpi).

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language; part of the files' names. If no font has Chinese characters, the labels of
        ``zh`` are English, with one warning.
    svg : bool
        Draw each also as SVG.
    names : sequence of str, optional
        Only these of `drawings`.

    Returns
    -------
    list of Path
        The files: ``map_merger_{lang}``, ``series_{lang}``, ``map_{outcome}_{lang}`` for the
        headline outcomes and, where there are policies, ``timeline_{lang}``. The same results
        give the same bytes (on the same libraries).

    Raises
    ------
    InputError
        If there are no labels in the language.
    """
    folder = results.folder / "figures"
    written: list[Path] = []
    with themed(lang) as language:
        folder.mkdir(exist_ok=True)
        for name, draw in drawings(results, language).items():
            if names is None or name in names:
                try:
                    figure = draw()
                except Exception as error:  # noqa: BLE001  (a run is whole without a figure)
                    why = f"{type(error).__name__}: {error}"
                    warnings.warn(f"the figure {name} is left out ({why})", stacklevel=2)
                    continue
                written += _write(figure, folder / f"{name}_{lang}", svg)
    return written
