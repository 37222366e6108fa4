"""Pictures of the answers: on which assumptions a sign hangs, and ranks of known truths."""

import numpy as np

from docs.answers.stored import COUNTIES, ROOT, tables
from docs.answers.weights import NAME
from docs.answers.worlds import plane, results_of
from docs.make_gallery import smaller
from sim.report.effects import colours
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, wrapped
from sim.report.saving import save
from sim.words.labels import key_label, outcome_label

GALLERY = ROOT / "docs" / "gallery"
SAID = {
    "above": ("effect above 0", "效应为正"),
    "below": ("effect below 0", "效应为负"),
    "plane": (
        "The merger's share of {outcome} in each world, by the two assumptions that go most with it",
        "各情景中合村对{outcome}的贡献，按与之关联最强的两个假定排列",
    ),
    "counties": ({"leshan": "Leshan Shizhong", "dechang": "Dechang"}, {"leshan": "乐山市中区", "dechang": "德昌县"}),
    "ranks": (
        "Ranks of known truths among the worlds weighed by what they report",
        "真值在按其报告加权的各情景中的秩",
    ),
    "rank": ("rank of the truth", "真值的秩"),
    "excess": ("share of truths below, less the rank", "秩低于该值的真值比例减去该值"),
    "told": ("may be told by a target", "目标可能提供信息的假定"),
    "others": ("all others drawn", "其他抽取的假定"),
    "band": ("95 % of curves of even ranks lie inside", "秩均匀时 95% 的曲线在此范围内"),
}  # fmt: skip


def said(key, lang, **fields):
    """Return a text of the pictures in a language."""
    return SAID[key][lang == "zh"].format(**fields)


def planes(lang):
    """Return worlds in the plane of two assumptions, a panel a county, coloured by sign."""
    with themed(lang):
        counties = [county for county in COUNTIES if results_of(county) is not None]
        figure, grid = sheet(2, 3.4, ncols=len(counties))
        marks = []
        for axes, county in zip(grid.flat, counties, strict=True):
            drawn, effect = plane(county)
            rng = np.random.default_rng(1)  # forms are spread out by chance, to be seen
            x, y = (
                values + rng.uniform(-0.3, 0.3, values.size) if forms else values
                for _, values, forms in drawn
            )
            size = 6 + 60 * np.abs(effect) / np.nanmax(np.abs(effect))
            marks = [
                axes.scatter(
                    x[where],
                    y[where],
                    size[where],
                    color=colour,
                    alpha=0.65,
                    lw=0,
                    label=said(key, lang),
                )
                for key, colour, where in zip(
                    ("above", "below"), colours(2), (effect > 0, effect < 0), strict=True
                )
            ]
            for axis, (key, _, forms) in zip((axes.xaxis, axes.yaxis), drawn, strict=True):
                axis.set_label_text(wrapped(key_label(key, lang), 34))
                if forms:
                    axis.set_ticks(range(len(forms)), [key_label(f, lang) for f in forms])
            axes.set_title(SAID["counties"][lang == "zh"][county])
        frame(figure, said("plane", lang, outcome=outcome_label("service_reach", lang)), marks, [])
        return figure


def ranks(lang):
    """Return how far the ranks of truths are from even, a line an assumption, with the 95 % band."""
    found = tables(NAME)["ranks"]
    parameters = tables(NAME)["parameters"]
    may_tell = set(parameters[parameters["informed_by"] != ""]["parameter"])
    at = np.linspace(0, 1, 201)
    with themed(lang):
        figure, grid = sheet(2, 3.2)
        axes = grid[0, 0]
        first, second = colours(2)
        for name in found:
            told = name in may_tell
            curve = np.searchsorted(np.sort(found[name]), at, side="right") / len(found) - at
            axes.plot(at, curve, color=second if told else "#b0b0b0", lw=1.4 if told else 0.4,
                      zorder=3 if told else 1, label=said("told" if told else "others", lang))  # fmt: skip
        reach = 1.358 / np.sqrt(len(found))
        axes.axhspan(-reach, reach, color=first, alpha=0.15, lw=0, label=said("band", lang))
        axes.set(xlabel=said("rank", lang), ylabel=said("excess", lang), xlim=(0, 1))
        handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        frame(figure, said("ranks", lang), [h for _, h in sorted(handles.items())], [])
        return figure


def draw():
    """Draw both pictures in both languages into the gallery."""
    if "calibration" not in tables(NAME):
        return
    for lang in ("en", "zh"):
        for name, made in (("worlds_plane", planes), ("truths_ranks", ranks)):
            path = GALLERY / f"{name}_{lang}.png"
            save(made(lang), path)
            smaller(path)
