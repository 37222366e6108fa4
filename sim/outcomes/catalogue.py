"""One catalogue of everything that is measured.

Person-based outcomes count the people of all places that were villages before the reform, so
that nobody drops out of the comparison when a village becomes a community. Unit-based outcomes
count administrative villages as they are in that month.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something measured.

    Attributes
    ----------
    key : str
        Name in tables.
    unit : str
        Unit; ``"1"`` for shares and ratios.
    en, zh : str
        Labels for figures.
    better : {"more", "less", "neither"}
        Which direction is better, other things equal.
    village : bool
        Also recorded for every old village.
    definition : str
        How it is measured.
    """

    key: str
    unit: str
    en: str
    zh: str
    better: Literal["more", "less", "neither"]
    village: bool
    definition: str


HEADLINE = ("service_reach", "collective_income", "cadre_workload")

_LIST = (
    Outcome("service_reach", "1", "Service reach", "服务可及率", "more", True,
            "needs met in the month they arise over needs; missing where nobody had a need"),
    Outcome("collective_income", "yuan/year", "Collective income", "村集体收入", "more", True,
            "income of an original collective (sub-account) in the month, times 12; the mean is "
            "over original collectives, so that a merger alone changes nothing"),
    Outcome("cadre_workload", "h/month", "Cadre workload", "村干部工作负荷", "less", True,
            "hours asked of a cadre: administration, coordination, friction and the service "
            "asked (with what waits), over the cadres in post; of an old village: its unit's"),
    Outcome("reach_elderly", "1", "Service reach, 60 and over", "老年人服务可及率", "more", True,
            "service reach of residents of 60 and over"),
    Outcome("reach_remote", "1", "Service reach, remote", "偏远居民服务可及率", "more", True,
            "service reach of residents more than 3 km by road from the nearest site"),
    Outcome("reach_absorbed", "1", "Service reach, absorbed villages", "被并村服务可及率", "more",
            False, "service reach of the people of absorbed villages; missing before the merger"),
    Outcome("online_share", "1", "Needs taken online", "网办比重", "neither", True,
            "needs taken online over needs"),
    Outcome("outpost_share", "1", "Needs taken to outposts", "便民点办理比重", "neither", True,
            "needs taken to a kept outpost over needs"),
    Outcome("gave_up_share", "1", "Needs given up", "放弃办理比重", "less", True,
            "needs given up for distance, queue or distrust over needs"),
    Outcome("backlog", "h", "Service backlog", "积压工时", "less", False,
            "service hours waiting at the end of the month, all villages"),
    Outcome("workload_ratio", "1", "Hours asked over supplied", "负荷比", "less", True,
            "hours asked over hours supplied"),
    Outcome("overload_share", "1", "Overloaded villages", "超负荷村比重", "less", False,
            "villages that are asked for more hours than their cadres supply"),
    Outcome("leadership", "1", "Leaders' capacity met", "决策能力满足率", "more", True,
            "decisions supplied over asked, at most 1; the mean over villages"),
    Outcome("administration_per_resident", "h/month", "Administration per resident",
            "人均行政工时", "less", False, "hours of administration asked over residents"),
    Outcome("posts", "cadres", "Cadres in post", "在任村干部", "neither", True,
            "cadres in post; of an old village: its unit's"),
    Outcome("combined_share", "1", "Combined role", "一肩挑比重", "neither", False,
            "villages led by a secretary-director"),
    Outcome("cadre_age", "years", "Mean age of cadres", "村干部平均年龄", "neither", False,
            "mean age of the cadres in post"),
    Outcome("cadre_returned_share", "1", "Cadres who are returned migrants", "返乡人员任职比重",
            "neither", False, "cadres in post who are returned migrants"),
    Outcome("trust", "0-1", "Trust in cadres", "对村干部信任", "more", True,
            "mean trust of villagers"),
    Outcome("trust_absorbed", "0-1", "Trust, absorbed villages", "被并村信任", "more", False,
            "mean trust of the people of absorbed villages; missing before the merger"),
    Outcome("income_per_person", "yuan/year", "Collective income per person",
            "人均村集体收入", "more", True, "collective income over registered persons"),
    Outcome("collective_income_gini", "1", "Inequality of collective income",
            "村集体收入基尼系数", "less", False, "Gini over original collectives"),
    Outcome("collective_assets", "yuan", "Collective operating assets", "集体经营性资产", "more",
            True, "operating assets of an original collective"),
    Outcome("dividends_per_person", "yuan/year", "Dividends per person", "人均分红", "more", True,
            "dividends of the month, times 12, over registered persons"),
    Outcome("villager_income", "yuan/month", "Income of a person", "人均月收入", "more", True,
            "mean income of registered persons, dependants and migrants included"),
    Outcome("away_share", "1", "Away", "外出比重", "neither", True,
            "registered persons who live away"),
    Outcome("ventures", "ventures", "Ventures", "返乡创业项目", "more", True, "ventures alive"),
    Outcome("venture_jobs", "jobs", "Jobs in ventures", "创业带动就业", "more", True,
            "jobs in ventures, set once a year"),
    Outcome("distance_km", "km", "Distance to service", "办事距离", "less", True,
            "mean road distance of registered persons to the nearest office or outpost"),
    Outcome("villages", "villages", "Administrative villages", "行政村数", "neither", False,
            "units of the village class"),
    Outcome("population_mean", "persons", "Registered persons per village", "村均户籍人口",
            "neither", False, "registered persons over administrative villages"),
    Outcome("area_mean", "km2", "Area per village", "村均面积", "neither", False,
            "land over administrative villages"),
    Outcome("cadre_pay", "yuan/month", "Pay of cadres", "村干部报酬支出", "neither", False,
            "pay of the cadres of administrative villages"),
    Outcome("startup_grants", "yuan/month", "Start-up grants paid", "创业补贴支出", "neither",
            False, "grants paid to new ventures in the month"),
    Outcome("startup_loans", "yuan/month", "Start-up loans granted", "创业贷款发放", "neither",
            False, "loans granted to new ventures in the month"),
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {outcome.key: outcome for outcome in _LIST}
