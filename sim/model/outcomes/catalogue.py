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
        Also recorded for every old village (see `levels`).
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

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels at which it is recorded; townships are means or sums of their old villages."""
        return ("village", "county") if self.village else ("county",)


HEADLINE = ("service_reach", "collective_income", "cadre_workload")
#: outcomes of people told apart by the reference plan: where there is none (no merger, and no
#: registry list) those of absorbed and absorbing villages are missing
BY_PLAN = ("reach_remote", "reach_absorbed", "reach_absorbing", "trust_absorbed", "trust_absorbing")

_LIST = (
    Outcome("service_reach", "1", "Service reach", "服务可及率", "more", True,
            "needs met in the month they arise over needs; missing where nobody had a need"),
    Outcome("collective_income", "yuan/year", "Collective income", "村集体收入", "more", True,
            "income of an original collective (sub-account) in the month, less what it pays for "
            "members' land and labour, times 12; the mean is "
            "over original collectives, so that a merger alone changes nothing"),
    Outcome("cadre_workload", "h/month", "Cadre workload", "村干部工作负荷", "less", True,
            "hours asked of a cadre: administration, coordination, friction, meetings and the "
            "service asked (with what waits), over the cadres in post; of an old village: "
            "its unit's"),
    Outcome("reach_elderly", "1", "Service reach, 60 and over", "老年人服务可及率", "more", True,
            "service reach of residents of 60 and over"),
    Outcome("reach_remote", "1", "Service reach, remote", "偏远居民服务可及率", "more", True,
            "service reach of residents who live 3 km by road (`remote_km`) or more from the "
            "office that the plan gives them; the same residents before, after and without the "
            "merger"),
    Outcome("reach_absorbed", "1", "Service reach, absorbed villages", "被并村服务可及率", "more",
            False, "service reach of the people of villages that the plan absorbs; the same people "
            "before, after and without the merger"),
    Outcome("reach_absorbing", "1", "Service reach, absorbing villages", "主并村服务可及率",
            "more", False, "service reach of the people of villages whose office the plan keeps "
            "for others too"),
    Outcome("reach_gini", "1", "Inequality of service reach", "服务可及率基尼系数", "less", False,
            "Gini of the month's service reach over old villages"),
    Outcome("reach_gini_groups", "1", "Inequality of reach, groups", "组间服务可及率基尼系数",
            "less", False, "Gini over villagers' groups of their people's running share of own "
            "needs met (a month's needs of a group are too few)"),
    Outcome("unmet_needs", "requests", "Unmet needs", "未满足需求", "less", True,
            "needs not met in the month they arise"),
    Outcome("group_leader_share", "1", "Needs settled in the group", "组内解决比重", "neither",
            True, "needs settled by group leaders and self-governance groups over needs"),
    Outcome("office_share", "1", "Needs taken to the office", "村委会办理比重", "neither", True,
            "needs taken to the office over needs"),
    Outcome("visit_share", "1", "Needs met by home visits", "上门办理比重", "neither", True,
            "needs for which a home visit is promised over needs"),
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
    Outcome("meeting_hours", "h/month", "Hours of meetings", "会议调解工时", "less", True,
            "hours for disputes, hearings, votes and self-governance groups, over the cadres in "
            "post; of an old village: its unit's"),
    Outcome("hours_administration", "h/month", "Hours for administration", "行政事务工时", "less",
            True, "hours that administration asks of a cadre; of an old village: its unit's"),
    Outcome("hours_coordination", "h/month", "Hours for coordination", "协调工时", "less", True,
            "hours of a cadre spent on other cadres, and lost between two leaders; of an old "
            "village: its unit's"),
    Outcome("hours_service", "h/month", "Hours for service", "服务工时", "neither", True,
            "hours of a cadre spent on requests, visits and duty at outposts; of an old village: "
            "its unit's"),
    Outcome("hours_economy", "h/month", "Hours for the economy", "经济工作工时", "neither", True,
            "hours of a cadre given to the collective's economy; of an old village: its unit's"),
    Outcome("posts", "cadres", "Cadres in post", "在任村干部", "neither", True,
            "cadres in post (first secretaries not counted); of an old village: its unit's"),
    Outcome("combined_share", "1", "Combined role", "一肩挑比重", "neither", False,
            "villages led by a secretary-director"),
    Outcome("cadre_age", "years", "Mean age of cadres", "村干部平均年龄", "neither", False,
            "mean age of the cadres in post"),
    Outcome("cadre_returned_share", "1", "Cadres who are returned migrants", "返乡人员任职比重",
            "neither", False, "cadres in post who are returned migrants"),
    Outcome("secretary_returned_share", "1", "Secretaries who are returned migrants",
            "返乡人员任书记比重", "neither", False,
            "villages' secretaries and secretary-directors who are returned migrants"),
    Outcome("newcomers_returned", "cadres", "Returned migrants in new posts",
            "新任返乡人员和致富带头人", "neither", False, "cadres in post, appointed since the "
            "reform's month, who are returned migrants or entrepreneurs"),
    Outcome("newcomers_young", "cadres", "Graduates and veterans in new posts",
            "新任返乡大学生和退役军人", "neither", False, "cadres in post, appointed since the "
            "reform's month, who are graduates or veterans"),
    Outcome("cadre_ability", "0-1", "Ability of cadres", "村干部能力", "more", False,
            "mean of cadres' three abilities, training included"),
    Outcome("cadre_integrity", "0-1", "Integrity of cadres", "村干部廉洁程度", "more", False,
            "mean integrity of the cadres in post"),
    Outcome("leader_load", "1", "Leaders' load", "主职负荷比", "less", True,
            "decisions asked of leaders over those they can take; the mean over villages that have "
            "a leader"),
    Outcome("service_hours_share", "1", "Free hours for service", "自主工时中服务占比", "neither",
            True, "hours offered to service over hours offered to service and the economy"),
    Outcome("attended_share", "1", "Office attended", "有人值守比重", "more", True,
            "callers who find somebody at the office; hours on visits and at outposts are not "
            "spent there"),
    Outcome("burnout", "0-1", "Burnout", "倦怠水平", "less", False, "mean burnout of cadres"),
    Outcome("distress_share", "1", "Cadres in distress", "心理困扰比重", "less", False,
            "cadres whose burnout is above the distress level"),
    Outcome("turnover", "1", "Resignations", "月辞职率", "less", False,
            "cadres who give notice in the month over cadres in post"),
    Outcome("displaced", "cadres", "Displaced cadres", "落选离任干部", "neither", False,
            "cadres who lose their posts in the month"),
    Outcome("grievance", "0-1", "Grievance", "离任情绪", "less", True,
            "share of registered persons who share a displaced cadre's grievance"),
    Outcome("trust", "0-1", "Trust in cadres", "对村干部信任", "more", True,
            "mean trust of villagers"),
    Outcome("trust_absorbed", "0-1", "Trust, absorbed villages", "被并村信任", "more", False,
            "mean trust of the people of villages that the plan absorbs; the same people before, "
            "after and without the merger"),
    Outcome("trust_absorbing", "0-1", "Trust, absorbing villages", "主并村信任", "more", False,
            "mean trust of the people of villages whose office the plan keeps for others too"),
    Outcome("income_per_person", "yuan/year", "Collective income per person",
            "人均村集体收入", "more", True, "collective income over registered persons"),
    Outcome("income_per_person_median", "yuan/year", "Collective income per person, median",
            "人均村集体收入中位数", "more", False,
            "median over original collectives of income per registered person"),
    Outcome("income_per_person_gini", "1", "Collective income per person, Gini",
            "人均村集体收入基尼系数", "less", False,
            "Gini over original collectives of income per registered person"),
    Outcome("collective_income_gini", "1", "Inequality of collective income",
            "村集体收入基尼系数", "less", False, "Gini over original collectives"),
    Outcome("collective_assets", "yuan", "Collective operating assets", "集体经营性资产", "more",
            True, "operating assets of an original collective"),
    Outcome("dividends_per_person", "yuan/year", "Dividends per person", "人均分红", "more", True,
            "dividends of the month, times 12, over registered persons"),
    Outcome("return_on_assets", "1/year", "Return on assets", "资产收益率", "more", True,
            "returns of the month, times 12, over operating assets and the worth of what members "
            "put into cooperatives"),
    Outcome("collective_median", "yuan/year", "Median collective income", "村集体收入中位数",
            "more", False, "median over original collectives of collective income"),
    Outcome("pooled_share", "1", "Assets pooled", "资产统筹比重", "neither", False,
            "mean share of assets managed together, over merged units; missing without any"),
    Outcome("levy", "yuan/year", "Levy on a collective", "村级运转提取", "neither", True,
            "drawn from an original collective for village administration, times 12"),
    Outcome("welfare", "yuan/year", "Welfare spending of a collective", "集体福利支出", "more",
            True, "spent by an original collective on its members' welfare, times 12"),
    Outcome("project_money", "yuan/month", "Project money", "项目扶持资金", "neither", False,
            "project money paid to collectives by higher government in the month"),
    Outcome("leakage", "yuan/year", "Leakage of a collective", "村集体资金流失", "less", True,
            "money diverted from an original collective in the month, times 12"),
    Outcome("leakage_share", "1", "Leakage of retained income", "留存收益流失比重", "less", False,
            "money diverted over what collectives keep of the month's income"),
    Outcome("leakage_found_share", "1", "Leakage found", "流失资金查实比重", "more", False,
            "money found to be diverted over money diverted, both since the start of the run"),
    Outcome("villager_income", "yuan/month", "Income of a person", "人均月收入", "more", True,
            "mean income of registered persons, dependants and migrants included; what migrants "
            "send home is its receivers'"),
    Outcome("resident_income", "yuan/year", "Income of a resident", "常住居民人均年收入", "more",
            True, "mean income of persons who do not live away, remittances received included, "
            "times 12"),
    Outcome("away_share", "1", "Away", "外出比重", "neither", True,
            "registered persons who live away"),
    Outcome("ventures", "ventures", "Ventures", "返乡创业项目", "more", True, "ventures alive"),
    Outcome("venture_jobs", "jobs", "Jobs in ventures", "创业带动就业", "more", True,
            "jobs in ventures"),
    Outcome("ventures_started", "ventures/month", "Ventures started", "新办创业项目", "more",
            False, "ventures started in the month, supported or not"),
    Outcome("ventures_closed", "ventures/month", "Ventures closed", "停业创业项目", "less", False,
            "ventures closed in the month: given up, or their owner retired or died"),
    Outcome("venture_survival", "1", "Survival of ventures", "创业项目存活率", "more", False,
            "of the ventures started in the last 36 months, as far as simulated, those alive"),
    Outcome("returns", "persons/month", "People who came back", "返乡人数", "neither", False,
            "persons who came back from working away in the month"),
    Outcome("distance_km", "km", "Distance to service", "办事距离", "less", True,
            "mean road distance of registered persons to the nearest office or outpost"),
    Outcome("villages", "villages", "Administrative villages", "行政村数", "neither", False,
            "units of the village class"),
    Outcome("population_mean", "persons", "Registered persons per village", "村均户籍人口",
            "neither", False, "registered persons over administrative villages"),
    Outcome("area_mean", "km2", "Area per village", "村均面积", "neither", False,
            "land over administrative villages"),
    Outcome("cadre_pay", "yuan/month", "Pay of cadres", "村干部报酬支出", "neither", False,
            "pay of all cadres in post but first secretaries"),
    Outcome("first_secretary_pay", "yuan/month", "Pay of first secretaries",
            "第一书记报酬支出", "neither", False,
            "pay of first secretaries, borne by higher government, not by the county"),
    Outcome("training_cost", "yuan/month", "Training", "培训支出", "neither", False,
            "cost of the month's training of cadres"),
    Outcome("leaving_allowance", "yuan/month", "Leaving allowances", "离任补助支出", "neither",
            False, "allowances paid to displaced cadres in the month"),
    Outcome("outpost_cost", "yuan/month", "Outposts", "便民点运行支出", "neither", False,
            "running cost of the outposts that are open, without cadres' pay, whoever pays it"),
    Outcome("administration_cost", "yuan/month", "Running of villages", "村级运转补助", "neither",
            False, "what the county adds to the levies so that the running cost of the villages' "
            "administration is covered, without pay"),
    Outcome("service_delivery_cost", "yuan/month", "Service delivery", "服务方式支出", "neither",
            False, "online platform, one-stop centres, self-governance groups and the road to home "
            "visits"),
    Outcome("oversight_cost", "yuan/month", "Oversight", "监督支出", "neither", False,
            "inspections, posted accounts and mailboxes"),
    Outcome("consultation_cost", "yuan/month", "Consultation", "征求意见支出", "neither", False,
            "hearings and votes held in the month, without cadres' time"),
    Outcome("startup_grants", "yuan/month", "Start-up grants paid", "创业补贴支出", "neither",
            False, "grants paid to new ventures in the month"),
    Outcome("startup_loans", "yuan/month", "Start-up loans granted", "创业贷款发放", "neither",
            False, "loans granted to new ventures in the month"),
    Outcome("outside_capital", "yuan/month", "Outside capital, gross", "引入社会资本", "neither",
            False, "outside capital said to come with supported ventures: an assumption, gross"),
    Outcome("county_spending", "yuan/month", "County spending", "县级支出", "neither", False,
            "what the county paid in the month, for all purposes of the ledger"),
    Outcome("county_spending_per_resident", "yuan/year", "County spending per resident",
            "人均县级支出", "neither", False, "county spending, times 12, over residents"),
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {outcome.key: outcome for outcome in _LIST}
