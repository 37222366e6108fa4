"""Page to explore results: map, old villages and arms in one HTML file, selecting in each other.

Drawn by Bokeh in the browser, whose code is inside the file: it asks no other host for anything.
"""

from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InputError
from sim.report.explored import Explored, of_experiment, of_run
from sim.report.opened import load_results
from sim.report.page import embedded_font
from sim.results.disk import making
from sim.results.reading import Results
from sim.words import check_language, word

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

_NONE = "#dadada"
_EXTRA = (
    "exploring needs the extra 'explore': python -m pip install 'hecun[explore]' "
    "(or python -m uv run --extra explore hecun explore RESULTS)"
)
_TEMPLATE = """{% block preamble %}{{ head | safe }}{% endblock %}
{% block contents %}<main>{{ said | safe }}{{ super() }}</main>{% endblock %}"""
_FACE = """@font-face {{font-family: hecun-chinese; unicode-range: U+2E80-9FFF, U+FF00-FFEF;
src: local('PingFang SC'), local('Microsoft YaHei'), url(data:font/woff;base64,{font})}}
"""
_HEAD = """<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
{face}main {{margin: 0 auto; max-width: 1300px; padding: 10px 14px; color: #1c2024;
  font: 15px/1.45 hecun-chinese, system-ui, sans-serif;
  --bokeh-base-font: hecun-chinese, system-ui, sans-serif}}
h1 {{font-size: 20px; margin: 4px 0}} p {{margin: 4px 0 8px}}
</style>
"""
_LETTERS = "hecun-chinese, system-ui, sans-serif"
_FONTS = {
    "Title": {"text_font": _LETTERS},
    "Axis": {"axis_label_text_font": _LETTERS, "major_label_text_font": _LETTERS},
    "ColorBar": {"major_label_text_font": _LETTERS},
}
#: what happens when the page is there: letters that come late are drawn again
_READY = "document.fonts.load('12px hecun-chinese', '村').then(() => {%s});"
#: what happens when an outcome or an arm is chosen
_CHOOSE = """
const key = outcome.value, arm = arms.value, of = all[key][arm];
const data = {...villages.data};
for (const name of ['first', 'second', 'change']) data[name] = of[name];
villages.data = data;
const sizes = of.change.filter(v => v !== null).map(Math.abs).sort((a, b) => a - b);
const most = sizes.length ? sizes[Math.floor(0.98 * (sizes.length - 1))] || 1e-9 : 1;
colours.low = -most; colours.high = most;
for (const title of titles) title.text = outcome.options.find(o => o[0] === key)[1] + ' · ' + arm;
const rows = {arm: [], value: [], low: [], high: []};
for (const name of arms.options) {
  const [value, low, high] = whole[key][name] || [null, null, null];
  rows.arm.push(name); rows.value.push(value);
  rows.low.push(low === null ? value : low); rows.high.push(high === null ? value : high);
}
points.data = rows;
"""


def write_explore(
    folder: str | Path, lang: str = "en", out: str | Path | None = None, fresh: bool = False
) -> Path:
    """Write the page to explore results.

    Parameters
    ----------
    folder : path
        What `hecun run` or `hecun experiment` wrote.
    lang : {"en", "zh"}
        Language.
    out : path, optional
        The page; ``explore.html`` (``explore_zh.html``) in the folder if not given.
    fresh : bool
        Replace a page that is there.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If the folder is not one of results with old villages, the page is there and not to be
        replaced, or the extra ``explore`` is not installed.
    """
    check_language(lang)
    if find_spec("bokeh") is None:
        raise InputError(_EXTRA)
    folder = Path(folder)
    path = Path(out) if out is not None else folder / f"explore{'_zh' if lang == 'zh' else ''}.html"
    if not path.name:
        raise InputError(f"{str(out)!r}: expected the name of a page, for example explore.html")
    if path.exists() and not fresh:
        raise InputError(f"{path}: is there already; give --fresh to replace it")
    results = load_results(folder)
    is_run = isinstance(results, Results)
    found = of_run(results, lang) if is_run else of_experiment(results, lang)
    text = page_of(found, lang)
    with making(path.parent):
        part = path.with_name(f".{path.name}.part")
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    return path


def page_of(found: Explored, lang: str) -> str:
    """Return the page as text."""
    from bokeh.embed import file_html
    from bokeh.resources import INLINE

    title = word("explore_title", lang)
    letters = [*found.names, *found.townships, *found.arms, found.said, *found.outcomes.values()]
    font = embedded_font("".join([*letters, *found.axes, *_texts(lang)]))
    lines = [escape(found.said), escape(word("explore_how", lang))]
    told = {
        "head": _HEAD.format(face=_FACE.format(font=font) if font else ""),
        "said": f"<h1>{escape(title)}</h1>\n" + "".join(f"<p>{line}</p>\n" for line in lines),
    }
    text = file_html(
        _document(found, lang), INLINE, title, template=_TEMPLATE, template_variables=told
    )
    language = "zh-CN" if lang == "zh" else "en"
    return text.replace('<html lang="en">', f'<html lang="{language}">', 1)


def _texts(lang: str) -> list[str]:
    names = "title how outcome arm arms village township pan zoom lasso tap reset"
    return [word(f"explore_{name}", lang) for name in (*names.split(), "reform")]


def _document(found: Explored, lang: str) -> Any:
    """Return the choices, the map, the villages and the arms, with one selection."""
    from bokeh.document import Document
    from bokeh.layouts import column, row
    from bokeh.models import (
        ColumnDataSource,
        CustomJS,
        LinearColorMapper,
        Select,
        Title,
    )
    from bokeh.palettes import RdBu11
    from bokeh.themes import Theme

    key, arm = next(iter(found.outcomes)), found.arms[0]
    xs, ys = zip(*(_rings(outline) for outline in found.outlines), strict=True)
    villages = ColumnDataSource(
        {"xs": list(xs), "ys": list(ys), "name": found.names, "township": found.townships}
        | {name: getattr(found, name)[key][arm] for name in ("first", "second", "change")},
        name="villages",
    )
    points = ColumnDataSource({"arm": [], "value": [], "low": [], "high": []})
    colours = LinearColorMapper(palette=RdBu11, low=-1, high=1, nan_color=_NONE)
    outcome = Select(
        title=word("explore_outcome", lang), value=key, options=list(found.outcomes.items())
    )
    arms = Select(
        title=word("explore_arm", lang), value=arm, options=list[Any](found.arms), name="arms"
    )
    figures = [_map(villages, colours, found, lang), _dots(villages, colours, found, lang)]
    for figure in figures:  # beside each other where there is room
        figure.styles = {"flex": "1 1 420px"}
    titles = [Title(text=""), Title(text="")]
    for figure, title in zip(figures, titles, strict=True):
        figure.add_layout(title, "above")
    every = {
        k: {a: {n: getattr(found, n)[k][a] for n in ("first", "second", "change")}
            for a in found.arms}
        for k in found.outcomes
    }  # fmt: skip
    choose = CustomJS(
        args={"outcome": outcome, "arms": arms, "all": every, "whole": found.whole}
        | {"villages": villages, "points": points, "colours": colours, "titles": titles},
        code=_CHOOSE,
    )
    outcome.js_on_change("value", choose)
    arms.js_on_change("value", choose)
    forest = _forest(points, found, lang)
    picked = "const i = points.selected.indices[0]; "
    picked += "if (i !== undefined) arms.value = points.data.arm[i]"
    points.selected.js_on_change(
        "indices", CustomJS(args={"points": points, "arms": arms}, code=picked)
    )
    several = [forest] if len(found.arms) > 1 else []
    page = column(
        row(outcome, arms, sizing_mode="stretch_width", styles={"flex-wrap": "wrap"}),
        row(*figures, sizing_mode="stretch_width", styles={"flex-wrap": "wrap"}),
        *several,
        sizing_mode="stretch_width",
    )
    document = Document(theme=Theme(json={"attrs": _FONTS}))
    document.add_root(page)
    ready = CustomJS(args=choose.args, code=_READY.replace("%s", _CHOOSE))
    document.js_on_event("document_ready", ready)
    return document


def _figure(lang: str, tools: str, tips: list[tuple[str, str]], **options: Any) -> Any:
    """Return an empty figure whose tools speak the page's language."""
    from bokeh.models import BoxZoomTool, HoverTool, LassoSelectTool, PanTool, ResetTool, TapTool
    from bokeh.plotting import figure

    known = {"pan": PanTool, "zoom": BoxZoomTool, "lasso": LassoSelectTool}
    known |= {"tap": TapTool, "reset": ResetTool}
    own = [known[name](description=word(f"explore_{name}", lang)) for name in tools.split()]
    hover = HoverTool(tooltips=tips, visible=False)
    made = figure(tools=[*own, hover], min_width=300, sizing_mode="stretch_width", **options)
    made.toolbar.logo = None
    made.toolbar.active_tap = next((t for t in own if isinstance(t, TapTool)), None)
    return made


def _tips(found: Explored, lang: str) -> list[tuple[str, str]]:
    fields = zip(found.axes, ("first", "second", "change"), strict=True)
    return [
        (word("explore_village", lang), "@name"),
        (word("explore_township", lang), "@township"),
        *((name, f"@{field}{{0,0.[0000]}}") for name, field in fields),
    ]


def _map(villages: Any, colours: Any, found: Explored, lang: str) -> Any:
    """Return the map of change."""
    from bokeh.models import ColorBar

    made = _figure(
        lang, "tap lasso pan zoom reset", _tips(found, lang), match_aspect=True, height=460
    )
    shown = made.multi_polygons(
        "xs", "ys", source=villages, line_color="#555555", line_width=0.5,
        fill_color={"field": "change", "transform": colours}, selection_line_color="black",
        selection_line_width=2, nonselection_fill_alpha=0.25, nonselection_line_alpha=0.3,
    )  # fmt: skip
    made.x_range.renderers = made.y_range.renderers = [shown]
    _mask(made, found)
    made.axis.visible = False
    made.grid.visible = False
    made.y_range.flipped = True
    made.add_layout(ColorBar(color_mapper=colours, height=10, padding=2), "below")
    return made


def _mask(made: Any, found: Explored) -> None:
    """Cover what lies outside the county, where its outline is known."""
    if not found.border:
        return
    points = np.concatenate(found.border)
    (west, north), (east, south) = points.min(axis=0) - 60, points.max(axis=0) + 60
    rings = [np.array([[west, north], [east, north], [east, south], [west, south]]), *found.border]
    xs, ys = ([[[ring[:, i].round(2).tolist() for ring in rings]]] for i in (0, 1))
    made.multi_polygons(xs, ys, fill_color="white", line_color="#222222", line_width=1.5)


def _dots(villages: Any, colours: Any, found: Explored, lang: str) -> Any:
    """Return old villages as dots: before and after, or the two ends of their intervals."""
    made = _figure(
        lang, "lasso tap pan zoom reset", _tips(found, lang), height=460,
        x_axis_label=found.axes[0], y_axis_label=found.axes[1],
    )  # fmt: skip
    made.scatter(
        "first", "second", source=villages, size=7, line_color="#444444", line_width=0.5,
        fill_color={"field": "change", "transform": colours}, nonselection_alpha=0.15,
    )  # fmt: skip
    return made


def _forest(points: Any, found: Explored, lang: str) -> Any:
    """Return the arms' effects on the county with their intervals; a click chooses one."""
    from bokeh.models import Span

    tips = [(word("explore_arm", lang), "@arm"), (found.axes[2], "@value{0,0.[0000]}"),
            (found.axes[0], "@low{0,0.[0000]}"), (found.axes[1], "@high{0,0.[0000]}")]  # fmt: skip
    made = _figure(
        lang, "tap reset", tips, y_range=found.arms[::-1], height=110 + 28 * len(found.arms),
        x_axis_label=word("explore_arms", lang),
    )  # fmt: skip
    made.xaxis.ticker.desired_num_ticks = 4  # a telephone has room for so many
    made.add_layout(Span(location=0, dimension="height", line_color="#777777"))
    made.scatter([0], found.arms[:1], alpha=0)  # 0 is in view
    made.segment("low", "arm", "high", "arm", source=points, line_width=2, line_color="#0173b2",
                 nonselection_line_alpha=0.4)  # fmt: skip
    made.scatter("value", "arm", source=points, size=11, color="#0173b2", nonselection_alpha=0.4)
    return made


def _rings(outline: "Outline") -> tuple[list[Any], list[Any]]:
    """Return an area's rings as Bokeh has them: polygons of rings, x and y apart."""
    rings: Any = outline.to_polygons(closed_only=True)
    parts = [[round(float(v), 2) for v in ring[:, i]] for i in (0, 1) for ring in rings]
    half = len(parts) // 2
    return [[one] for one in parts[:half]], [[one] for one in parts[half:]]
