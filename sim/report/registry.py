"""Registry of figures: one entry a kind, from which all that shows or names figures follows.

``results.plot``, ``hecun plot`` and its help, the figures of ``hecun run`` and of reports, the
reference and the gallery: none of them names a kind of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Literal

from sim import plugins
from sim.errors import InputError, nearest
from sim.report.needs import (
    Cases,
    answered,
    by_county,
    crossed_factors,
    crossed_pairs,
    few_contrasts,
    few_recorded,
    headlines,
    once,
    payments,
    policies,
    sampled,
    village_headlines,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Of = Literal["run", "experiment"]


@dataclass(frozen=True)
class Kind:
    """A kind of figure.

    Attributes
    ----------
    name : str
        ``results.plot.NAME(...)``, ``hecun plot RESULTS NAME``.
    of : {"run", "experiment"}
        Whose results it draws.
    en, zh : str
        What it shows, in one line.
    where : str
        Its function, ``module.function`` of `sim.report`: it takes results, what `takes` names
        and ``lang``, and returns a Matplotlib figure. Imported when it is first drawn.
    needs : str
        What results must have for it, in words; nothing if all have it.
    takes : tuple of str
        Its options besides ``lang``.
    cases : callable
        The figures of the kind that results have the numbers for (`sim.report.needs`).
    caption : str
        The words below it in a report; ``{outcome}``, ``{factor}`` in them are the case's.
    section : {"figures", "winners"}
        The section of a report that has it.
    file : str
        The name of its files if `hecun run` draws it, else nothing.
    """

    name: str
    of: Of
    en: str
    zh: str
    where: str
    needs: str = ""
    takes: tuple[str, ...] = ()
    cases: Cases = once
    caption: str = ""
    section: Literal["figures", "winners"] = "figures"
    file: str = ""

    @property
    def function(self) -> "Callable[..., Figure]":
        """The function that draws it."""
        module, _, name = self.where.partition(".")
        return getattr(import_module(f"sim.report.{module}"), name)

    def named(self, stem: str, case: dict[str, str]) -> str:
        """Return the name of the files of one of its figures: ``map_trust``."""
        return "_".join([stem, *case.values()]).replace(".", "_")


KINDS = (
    Kind(
        "merger",
        "run",
        "Villages before and after the merger",
        "合并前后的建制村",
        "maps.merger_map",
        caption="caption_merger",
        file="map_merger",
    ),
    Kind(
        "series",
        "run",
        "Outcomes of the county month by month",
        "全县逐月指标",
        "series.time_series",
        takes=("outcomes",),
        caption="caption_series",
        file="series",
    ),
    Kind(
        "map",
        "run",
        "An outcome of old villages before and after the reform",
        "调整前后各原建制村的指标",
        "maps.outcome_map",
        needs="the outcome recorded by village",
        takes=("outcome",),
        cases=village_headlines,
        caption="caption_map",
        file="map",
    ),
    Kind(
        "timeline",
        "run",
        "Policies over the months",
        "政策时间线",
        "timeline.policy_gantt",
        needs="policies",
        cases=policies,
        caption="caption_timeline",
        file="timeline",
    ),
    Kind(
        "flows",
        "run",
        "Who pays whom before and after the reform",
        "调整前后的资金往来",
        "flows.ledger_flows",
        takes=("columns",),
        cases=payments,
        caption="caption_flows",
    ),
    Kind(
        "effects",
        "experiment",
        "Paired effects with their intervals",
        "配对效应及其置信区间",
        "points.effects_figure",
        needs="design points that are compared; in reports 25 points at most",
        takes=("outcomes", "columns"),
        cases=few_contrasts,
        caption="caption_effects",
    ),
    Kind(
        "counties",
        "experiment",
        "Paired effects by county, on a map",
        "各县配对效应图",
        "county_map.effects_map",
        needs="counties, and design points that are compared",
        takes=("outcome",),
        cases=by_county,
        caption="caption_counties",
    ),
    Kind(
        "dose",
        "experiment",
        "Outcomes over the levels of a factor, the other factors averaged",
        "指标随一个因素的变化（其他因素取平均）",
        "points.dose_figure",
        needs="a factor with numbers as levels; in reports method factorial",
        takes=("factor", "outcomes", "by", "columns"),
        cases=crossed_factors,
        caption="caption_dose",
    ),
    Kind(
        "interaction",
        "experiment",
        "An outcome over two factors, the others averaged",
        "指标在两个因素上的变化（其他因素取平均）",
        "points.interaction_figure",
        needs="two factors with numbers as levels; in reports method factorial",
        takes=("x", "y", "outcome", "columns"),
        cases=crossed_pairs,
        caption="caption_interaction",
    ),
    Kind(
        "winners",
        "experiment",
        "Which old villages gain and lose",
        "受益与受损的原建制村",
        "points.winners_figure",
        needs="record: {villages: ...} and design points that are compared",
        takes=("outcome", "point", "columns"),
        caption="caption_winners",
        section="winners",
    ),
    Kind(
        "series",
        "experiment",
        "Outcomes over time with the band of replicates",
        "逐月指标及重复间的区间",
        "points.series_figure",
        needs="record: {county: ...}; in reports 25 points at most",
        takes=("outcomes", "columns"),
        cases=few_recorded,
        caption="caption_series",
    ),
    Kind(
        "sobol",
        "experiment",
        "Sobol' indices of an outcome",
        "指标的 Sobol 敏感性指数",
        "answers.sobol_figure",
        needs="method sobol",
        takes=("outcome", "columns"),
        cases=answered("indices", headlines),
        caption="sobol_title",
    ),
    Kind(
        "tornado",
        "experiment",
        "What each factor does at its low and high end, one at a time",
        "各因素逐一取高低两端时的影响",
        "answers.tornado_figure",
        needs="method one_at_a_time",
        takes=("outcome", "arm", "columns"),
        cases=answered("swings", headlines),
        caption="caption_tornado",
    ),
    Kind(
        "features",
        "experiment",
        "How much each factor has to do with an outcome",
        "各因素与指标的关联程度",
        "answers.features_figure",
        needs="ten design points or more and the extra analysis; in reports method lhs",
        takes=("outcome", "columns"),
        cases=answered("features", headlines),
        caption="caption_features",
    ),
    Kind(
        "pairs",
        "experiment",
        "Every two outcomes against each other over the design points",
        "各设计点上指标两两对照",
        "answers.pairs_figure",
        needs="design points that differ; in reports method lhs",
        takes=("outcomes", "columns"),
        cases=sampled,
        caption="pairs_title",
    ),
    Kind(
        "parallel",
        "experiment",
        "Design points as lines across factors and outcomes",
        "设计点的平行坐标图",
        "answers.parallel_figure",
        needs="factors that differ between design points; in reports method lhs",
        takes=("outcomes", "columns"),
        cases=sampled,
        caption="parallel_title",
    ),
    Kind(
        "posterior",
        "experiment",
        "The posterior over its prior ranges",
        "后验分布与先验范围",
        "answers.posterior_figure",
        needs="method calibrate",
        takes=("columns",),
        cases=answered("posterior"),
        caption="posterior_title",
    ),
    Kind(
        "pareto",
        "experiment",
        "A search's points by two objectives, and the front",
        "按两项目标比较的政策组合及前沿",
        "answers.pareto_figure",
        needs="method search",
        takes=("x", "y", "columns"),
        cases=answered("front"),
        caption="pareto_title",
    ),
    Kind(
        "prim",
        "experiment",
        "The box of parameters in which an arm fails",
        "方案失效的参数范围",
        "answers.prim_figure",
        needs="method discover",
        takes=("columns",),
        cases=answered("box"),
        caption="prim_title",
    ),
)


@dataclass(frozen=True)
class Plugged(Kind):
    """A kind of figure of an installed plug-in; its function takes results and ``lang``."""

    plugin: plugins.Plugin | None = None

    @property
    def function(self) -> "Callable[..., Figure]":
        """The function that draws it, imported when it is first asked for."""
        return plugins.function(self.plugin) if self.plugin else super().function


def _plugged(name: str, of: Of) -> Plugged | None:
    """Return the figure of a plug-in; what it takes besides ``lang`` is in its signature."""
    plugin = plugins.find("figures", name)
    if plugin is None:
        return None
    takes = tuple(signature(plugins.function(plugin)).parameters)[1:]
    options = tuple(key for key in takes if key != "lang")
    return Plugged(name, of, name, name, plugin.where, takes=options, plugin=plugin)


def kinds(of: Of) -> dict[str, Kind]:
    """Return the kinds of figures of a run or of an experiment, by name."""
    return {kind.name: kind for kind in KINDS if kind.of == of}


def kind_of(name: str, of: Of) -> Kind:
    """Return the kind of figure that is called so.

    Raises
    ------
    InputError
        If there is none.
    """
    known = kinds(of)
    found = known[name] if name in known else _plugged(name, of)
    if found is None:
        names = list(dict.fromkeys([*known, *(p.name for p in plugins.offered("figures"))]))
        raise InputError(
            f"{name!r} is no figure of these results{nearest(name, names)}; there are "
            f"{', '.join(names)}"
        )
    return found


def takers(option: str) -> str:
    """Return the names of the kinds that take an option, as text."""
    return ", ".join(dict.fromkeys(kind.name for kind in KINDS if option in kind.takes))
