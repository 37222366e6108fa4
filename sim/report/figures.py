"""All figures of one run, as files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.model.outcomes.catalogue import HEADLINE
from sim.report.fonts import themed
from sim.report.maps import merger_map, outcome_map
from sim.report.series import time_series
from sim.report.timeline import policy_gantt
from sim.results.reading import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 200
_PNG = {"compress_level": 3}  # quicker than the default, for 5 % more bytes


def drawings(results: Results, language: str) -> "dict[str, Callable[[], Figure]]":
    """Return what draws each figure of a run, by name, the slowest first."""
    found: dict[str, Callable[[], Figure]] = {
        "series": lambda: time_series(results, lang=language),
        "map_merger": lambda: merger_map(results, language),
        **{f"map_{key}": lambda key=key: outcome_map(results, key, language) for key in HEADLINE},
    }
    if results.manifest["timeline"]:
        found["timeline"] = lambda: policy_gantt(results, language)
    return found


def save(figure: "Figure", stem: Path, svg: bool) -> list[Path]:
    """Write a figure as ``stem.png`` and, if `svg`, as ``stem.svg``; return the files."""
    files = [stem.with_name(f"{stem.name}.{suffix}") for suffix in ("png", "svg")[: 1 + svg]]
    figure.savefig(files[0], dpi=DPI, metadata={"Software": None}, pil_kwargs=_PNG)
    if svg:
        figure.set_layout_engine("none")  # as laid out for the first file
        figure.savefig(files[1], metadata={"Date": None, "Creator": None})
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
        The files: ``series_{lang}``, ``map_merger_{lang}``, ``map_{outcome}_{lang}`` for the
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
                written += save(draw(), folder / f"{name}_{lang}", svg)
    return written
