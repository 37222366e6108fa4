"""The look of figures: seaborn's style, and a font that has Chinese characters."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, fontManager

from sim.report.plotting import sns
from sim.words import check_language

LATIN = "DejaVu Sans"
#: families with Chinese characters, in order of preference, should the packaged one be missing
CHINESE = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "SimHei",
)
#: of the letters of seaborn's "paper": the smallest that figures use have 6.1 points
SCALE = 0.92
#: settings that are not of figures, but of the program that shows them
_KEPT = ("backend", "backend_fallback", "date.epoch", "interactive", "toolbar")


@lru_cache(maxsize=1)
def chinese_family() -> str | None:
    """Return the family of a font with Chinese characters, or None.

    The one packaged in ``pylopdf-fonts-zh-cn`` (Noto Sans SC, licence OFL), so that figures are
    the same on every machine; without it the first of `CHINESE` that Matplotlib knows.
    """
    file = chinese_file()
    if file is not None:
        return _add(str(file))
    known = {font.name for font in fontManager.ttflist}
    return next((family for family in CHINESE if family in known), None)


def chinese_file() -> Path | None:
    """Return the file of the packaged font, None if its package is missing."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ModuleNotFoundError:
        return None
    return Path(sans_path())


def _add(file: str) -> str:
    """Make a font file known to Matplotlib and return its family."""
    fontManager.addfont(file)
    return FontProperties(fname=file).get_name()


@contextmanager
def themed(lang: str) -> Iterator[str]:
    """Draw and save figures in the project's style, in a language that can be drawn.

    Whatever a user has set in Matplotlib, or in a file ``matplotlibrc``, counts for nothing here.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language wanted.

    Yields
    ------
    str
        The language to draw in: English, after one warning, if Chinese is wanted and no font has
        its characters.

    Raises
    ------
    InputError
        If there are no labels in the language.
    """
    check_language(lang)
    family = chinese_family()
    if lang == "zh" and family is None:
        warnings.warn(
            "no font with Chinese characters was found: figures are labelled in English. Install "
            "the package pylopdf-fonts-zh-cn",
            stacklevel=3,
        )
        lang = "en"
    order = [LATIN, family] if lang == "en" else [family, LATIN]
    style: dict = {key: value for key, value in mpl.rcParamsDefault.items() if key not in _KEPT}
    with mpl.rc_context(style):  # of which seaborn's styles are changes
        style |= sns.axes_style("ticks") | sns.plotting_context("paper", font_scale=SCALE)
    style |= {
        "font.family": [name for name in order if name is not None],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.parse_math": False,  # a village may be called $a$
        "svg.hashsalt": "hecun",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
    }
    with mpl.rc_context(style):
        yield lang
