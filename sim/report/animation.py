"""The merger as a film: villages coloured by an outcome, month by month."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from sim.errors import InputError
from sim.report.fonts import themed
from sim.report.ground import GREY, STRONG, Ground, borders, county, fill, ground
from sim.report.maps import scale_of
from sim.report.periods import check_outcome, counted, months_of, outcome_keys, periods
from sim.results.reading import Results
from sim.words import unit_label, word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".gif", ".mp4")
_DPI, _MOST_FRAMES = 110, 240
_MILLISECONDS, _PAUSE = 120, 1200  # of a frame; of the reform's and the last


def animate(
    results: Results,
    path: Path,
    outcome: str = "service_reach",
    lang: str = "en",
    fresh: bool = False,
) -> int:
    """Write a film of a run.

    Parameters
    ----------
    results : Results
        A run's results.
    path : Path
        File ending in .gif, or .mp4 (needs ffmpeg).
    outcome : str
        An outcome recorded by village.
    lang : {"en", "zh"}
        Language.
    fresh : bool
        Replace a file that is there.

    Returns
    -------
    int
        Frames.

    Raises
    ------
    InputError
        If the outcome is not recorded, the file is there or of another kind, or ffmpeg is missing.
    """
    check_outcome(outcome, outcome_keys(results.villages), "villages.parquet")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: expected a file ending in .gif or .mp4")
    if path.exists() and not fresh:
        raise InputError(f"{path}: is there already; give --fresh to replace it")
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise InputError(
            f"{path}: MP4 needs the program ffmpeg (Debian: apt-get install ffmpeg); "
            "a file ending in .gif needs nothing"
        )
    with themed(lang) as language:
        pictures, pauses = _pictures(results, outcome, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        if path.suffix.lower() == ".gif":
            _gif(pictures, pauses, part)
        else:
            _mp4(pictures, pauses, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return len(pictures)


def _pictures(results: Results, key: str, lang: str) -> "tuple[list[Image], list[int]]":
    """Return the frames, and how long each is shown (ms)."""
    from PIL import Image

    land, reform = ground(results), periods(results).reform
    months = np.unique(months_of(results.villages))
    months = months[:: -(-len(months) // _MOST_FRAMES)]
    table: Any = results.villages
    value: Any = table.pivot_table(key, "month", "code", observed=True, dropna=False)
    value = value[counted(results)].rolling(12, min_periods=1).mean()  # seasons would flicker
    scale, extend = scale_of(value.to_numpy(float))
    figure, layers, head = _stage(results, land, scale, extend, key, lang)
    pictures, pauses = [], []
    for month in months:
        row = value.loc[month.astype("datetime64[ns]")].to_numpy(float)
        colours = np.full(land.village.size, np.nan)
        colours[land.village] = row
        layers["regions"].set_facecolor(scale.to_rgba(np.ma.masked_invalid(colours)))
        merged = month >= reform
        layers["units"].set_visible(merged)
        layers["each"].set_visible(not merged)
        count = int((land.seat if merged else land.village).sum())
        head.set_text(word("film_month", lang, month=month, count=count))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=_DPI)
        pictures.append(Image.open(buffer).convert("RGB"))
        pauses.append(_PAUSE if month == reform or month == months[-1] else _MILLISECONDS)
    return pictures, pauses


def _stage(
    results: Results, land: Ground, scale: Any, extend: Any, key: str, lang: str
) -> tuple[Figure, dict[str, Any], Any]:
    """Return the figure with everything that stays, its layers, and the line that changes."""
    rows, cols = land.grid.shape
    height = min(max(6.0 * rows / cols, 3.0), 8.0)
    figure = Figure(figsize=(7.0, height + 1.3), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(-0.5, cols + 0.5), ylim=(rows + 0.5, -0.5), aspect="equal")
    axes.set_axis_off()
    county(axes, land)
    fill(axes, land, land.each, GREY, 0.2)
    borders(axes, land, land.each, "each", edgecolor=STRONG, linewidth=0.6)
    borders(axes, land, land.unit, "units", edgecolor=STRONG, linewidth=1.0)
    layers = {str(layer.get_gid()): layer for layer in axes.collections}
    unit = unit_label(results.villages.attrs["units"].get(key, ""), lang)
    bar = figure.colorbar(scale, ax=axes, extend=extend, shrink=0.8, pad=0.02)
    bar.set_label(word("with_unit", lang, what=outcome_label(key, lang), unit=unit))
    figure.suptitle(results.manifest["title"][lang], fontsize="x-large")
    head = axes.set_title(word("film_month", lang, month="0000-00", count=0), fontsize="large")
    note = [word("film_note", lang), *land.notes(lang)]
    figure.supxlabel("\n".join(note), fontsize="small", color="#555555")
    return figure, layers, head


def _gif(pictures: "list[Image]", pauses: list[int], path: Path) -> None:
    """Write a GIF whose frames share one palette (no flicker)."""
    from PIL.Image import Dither

    palette = pictures[-1].quantize(128, dither=Dither.NONE)
    frames = [picture.quantize(palette=palette, dither=Dither.NONE) for picture in pictures]
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=pauses, loop=0, optimize=False
    )


def _mp4(pictures: "list[Image]", pauses: list[int], path: Path) -> None:
    """Write an MP4 with ffmpeg: a frame is repeated as long as it is shown."""
    width, height = (side - side % 2 for side in pictures[0].size)
    rate = round(1000 / _MILLISECONDS)
    command = ["ffmpeg", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{width}x{height}", "-r", str(rate), "-i", "-"]
    command += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
    frames = []
    for picture, pause in zip(pictures, pauses, strict=True):
        raw = picture.crop((0, 0, width, height)).tobytes()
        frames += [raw] * max(1, round(pause / _MILLISECONDS))
    done = subprocess.run(command, input=b"".join(frames), capture_output=True, check=False)
    if done.returncode:
        raise InputError(f"{path}: ffmpeg failed: {done.stderr.decode(errors='replace').strip()}")
