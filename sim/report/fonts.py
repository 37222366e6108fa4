"""The look of figures: seaborn's style, and a font that has Chinese characters."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sim.report.labels import check_language

LATIN = "DejaVu Sans"
#: family -> start of its file name, in order of preference
CHINESE = {
    "WenQuanYi Micro Hei": "wqy-microhei",
    "Noto Sans CJK SC": "NotoSansCJKsc",
    "Noto Sans SC": "NotoSansSC",
    "Source Han Sans SC": "SourceHanSansSC",
    "Source Han Sans CN": "SourceHanSansCN",
    "PingFang SC": "PingFang",
    "Hiragino Sans GB": "Hiragino Sans GB",
    "Microsoft YaHei": "msyh",
    "WenQuanYi Zen Hei": "wqy-zenhei",
    "Noto Sans CJK JP": "NotoSansCJK-",
    "SimHei": "simhei",
}


@lru_cache(maxsize=1)
def chinese_family() -> str | None:
    """Return the family of a font with Chinese characters, or None.

    Looked for among the fonts Matplotlib knows, in the package ``pylopdf-fonts-zh-cn`` (extra
    ``fonts``), and then on disk (a font installed after Matplotlib listed them).
    """
    from matplotlib.font_manager import findSystemFonts, fontManager

    known = {font.name for font in fontManager.ttflist}
    for family in CHINESE:
        if family in known:
            return family
    try:
        from pylopdf_fonts_zh_cn import sans_path  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        pass
    else:
        return _add(str(sans_path()))
    files = sorted(findSystemFonts())
    for start in CHINESE.values():
        for file in files:
            if Path(file).name.lower().startswith(start.lower()):
                return _add(file)
    return None


def _add(file: str) -> str:
    """Make a font file known to Matplotlib and return its family."""
    from matplotlib.font_manager import FontProperties, fontManager

    fontManager.addfont(file)
    return FontProperties(fname=file).get_name()


@contextmanager
def themed(lang: str) -> Iterator[str]:
    """Draw and save figures in the project's style, in a language that can be drawn.

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
    import matplotlib as mpl
    import seaborn as sns

    check_language(lang)
    family = chinese_family()
    if lang == "zh" and family is None:
        warnings.warn(
            "no font with Chinese characters was found: figures are labelled in English. Install "
            "one (for example Noto Sans CJK or WenQuanYi Micro Hei), or the extra 'fonts' of hecun",
            stacklevel=3,
        )
        lang = "en"
    order = [LATIN, family] if lang == "en" else [family, LATIN]
    style: dict = sns.axes_style("ticks") | sns.plotting_context("paper", font_scale=1.0)
    style |= {
        "font.family": [name for name in order if name is not None],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "hecun",
        "svg.fonttype": "path",
    }
    with mpl.rc_context(style):
        yield lang
