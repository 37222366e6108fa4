"""Reports: one self-contained HTML page of a run or an experiment, its figures beside it."""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.report.experiment_page import experiment_page
from sim.report.fonts import themed
from sim.report.opened import load_results
from sim.report.page import Picture, render
from sim.report.run_page import run_page
from sim.report.saving import save
from sim.results.reading import Results
from sim.words import check_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LARGE = 700_000  # bytes of an SVG above which the page shows the PNG
_SCREEN = 150  # dots an inch of that PNG


def write_report(
    folder: str | Path, lang: str = "en", out: str | Path | None = None, fresh: bool = False
) -> Path:
    """Write the report of a folder of results, and its figures as PNG and SVG beside it.

    Parameters
    ----------
    folder : path
        What `hecun run` or `hecun experiment` wrote.
    lang : {"en", "zh"}
        Language.
    out : path, optional
        The page; ``report.html`` (``report_zh.html``) in the folder if not given. Figures go to a
        folder of the same name with ``_figures``.
    fresh : bool
        Replace a report that is there.

    Returns
    -------
    Path
        The page. It asks no other host for anything.

    Raises
    ------
    InputError
        If the folder is not one of results, or the page is there and not to be replaced.
    """
    check_language(lang)
    folder = Path(folder)
    path = Path(out) if out is not None else folder / f"report{'_zh' if lang == 'zh' else ''}.html"
    if not path.name:
        raise InputError(f"{str(out)!r}: expected the name of a page, for example report.html")
    pictures = path.with_name(f"{path.stem}_figures")
    if (path.exists() or pictures.exists()) and not fresh:
        raise InputError(f"{path}: is there already; give --fresh to replace it")
    results = load_results(folder)
    with themed(lang) as language:
        if isinstance(results, Results):
            page = run_page(results, language)
        else:
            page = experiment_page(results, language)
        for section in page.sections:
            for picture in section.figures:
                _draw(picture, pictures)
    text = render(page, lang)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def _draw(picture: Picture, folder: Path) -> None:
    """Draw a figure, write it as PNG and SVG, and keep it as a data URI."""
    figure = picture.draw()
    folder.mkdir(parents=True, exist_ok=True)
    for end in ("svg", "png"):
        save(figure, folder / f"{picture.name}.{end}")
    svg = (folder / f"{picture.name}.svg").read_bytes()
    small = len(svg) <= _LARGE
    raw, kind = (svg, "image/svg+xml") if small else (_png(figure), "image/png")
    picture.data = f"data:{kind};base64,{base64.b64encode(raw).decode()}"
    picture.width = f"{figure.get_figwidth():.2f}in"


def _png(figure: "Figure") -> bytes:
    """Return a figure as PNG for the screen."""
    out = io.BytesIO()
    save(figure, out, _SCREEN, "png")
    return out.getvalue()
