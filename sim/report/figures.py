"""All figures of one run, as files."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.outcomes.catalogue import HEADLINE
from sim.report.fonts import themed
from sim.report.maps import merger_map, outcome_map
from sim.report.series import time_series
from sim.report.timeline import policy_gantt
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 200
_PNG = {"compress_level": 3}  # quicker than the default, for 5 % more bytes


def draw_run(results: Results, lang: str = "en") -> list[Path]:
    """Draw a run's figures into its folder ``figures``, each as PNG (200 dpi) and SVG.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language; part of the files' names. If no font has Chinese characters, the labels of
        ``zh`` are English, with one warning.

    Returns
    -------
    list of Path
        The files: ``map_merger_{lang}``, ``map_{outcome}_{lang}`` for the headline outcomes,
        ``series_{lang}`` and, where there are policies, ``timeline_{lang}``. The same results
        give the same bytes (on the same libraries).

    Raises
    ------
    InputError
        If there are no labels in the language.
    """
    folder = results.folder / "figures"
    written: list[Path] = []
    with themed(lang) as language:
        drawings: dict[str, Callable[[], Figure]] = {
            "map_merger": lambda: merger_map(results, language),
            **{
                f"map_{key}": lambda key=key: outcome_map(results, key, language)
                for key in HEADLINE
            },
            "series": lambda: time_series(results, lang=language),
        }
        if results.manifest["timeline"]:
            drawings["timeline"] = lambda: policy_gantt(results, language)
        folder.mkdir(exist_ok=True)
        for name, draw in drawings.items():
            figure = draw()
            png, svg = (folder / f"{name}_{lang}.{suffix}" for suffix in ("png", "svg"))
            figure.savefig(png, dpi=DPI, metadata={"Software": None}, pil_kwargs=_PNG)
            figure.set_layout_engine("none")  # as laid out for the first file
            figure.savefig(svg, metadata={"Date": None, "Creator": None})
            written += [png, svg]
    return written
