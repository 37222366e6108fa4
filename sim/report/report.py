"""Reports: one self-contained HTML page of a run or an experiment, its figures beside it."""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.report.experiment_page import experiment_page
from sim.report.fonts import themed
from sim.report.opened import load_results
from sim.report.page import Picture, Section, left_out, render
from sim.report.run_page import run_page
from sim.report.saving import put, save, work_folder
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
    if path.exists() and not fresh:
        raise InputError(f"{path}: is there already; give --fresh to replace it")
    results = load_results(folder)
    with work_folder(path) as part:
        with themed(lang) as language:
            of_run = isinstance(results, Results)
            page = run_page(results, language) if of_run else experiment_page(results, language)
            for section in page.sections:
                _draw_all(section, part / "figures", results.folder, language)
        (part / path.name).write_text(render(page, lang), encoding="utf-8", newline="\n")
        put(part / "figures", path.with_name(f"{path.stem}_figures"), fresh)
        (part / path.name).replace(path)  # last: a page that is there has its figures
    return path


def _draw_all(section: Section, folder: Path, results: Path, lang: str) -> None:
    """Draw a section's figures; one that cannot be drawn is left out with a sentence."""
    drawn = []
    for picture in section.figures:
        try:
            _draw(picture, folder)
        except OSError:  # of the disk: nothing can be written
            raise
        except Exception as error:  # noqa: BLE001  (said on the page, and warned of)
            why = left_out(error, results, lang)
            section.texts.append(f"{picture.caption.rstrip('.。')}: {why}")
        else:
            drawn.append(picture)
    section.figures = drawn


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
    picture.found = " ".join(figure.get_suptitle().split())


def _png(figure: "Figure") -> bytes:
    """Return a figure as PNG for the screen."""
    out = io.BytesIO()
    save(figure, out, _SCREEN, "png")
    return out.getvalue()
