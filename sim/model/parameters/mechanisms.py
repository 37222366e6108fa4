"""Mechanisms that can be switched off, one by one or together.

A mechanism is off where its parameters are at values at which its rules have no effect; these
lie beyond the plausible range on purpose. ``switched_off: [migration, peers]`` in a
configuration sets them, so that what a result owes to a mechanism can be seen.
"""

from dataclasses import dataclass

NEVER = 1e-12  # a rate or share so small that nothing happens
ENDLESS = 1e9  # a capacity or distance without bound


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Something in the model that can be switched off.

    Attributes
    ----------
    en, zh : str
        What is then missing.
    neutral : dict of str to float
        ``process.parameter`` and the value at which it has no effect.
    """

    en: str
    zh: str
    neutral: dict[str, float]


def _off(en: str, zh: str, **neutral: float) -> Mechanism:
    return Mechanism(en, zh, {key.replace("__", "."): value for key, value in neutral.items()})


MECHANISMS: dict[str, Mechanism] = {
    "mortality": _off(
        "deaths, and the births that take their place",
        "死亡及相应的出生",
        people__gompertz_level=0.0,
        people__child_mortality=0.0,
    ),
    "digital_ageing": _off(
        "elders who lose touch with what is online", "进入老年后不再上网", people__digital_loss=0.0
    ),
    "retirement": _off("cadres who retire", "村干部到龄离任", posts__retirement=0.0),
    "resignation": _off(
        "cadres who resign", "村干部辞职", posts__turnover=0.0, strain__turnover_response=0.0
    ),
    "migration": _off(
        "leaving and coming back",
        "外出与返乡",
        livelihood__leave_rate=NEVER,
        livelihood__entry_leave_rate=NEVER,
        livelihood__return_rate=NEVER,
    ),
    "ventures": _off(
        "ventures that start or close",
        "创业项目的新办与停业",
        livelihood__startup_rate=NEVER,
        livelihood__startup_rate_local=NEVER,
        livelihood__exit_hazard=0.0,
    ),
    "distance": _off(
        "needs given up, or put off, for the road",
        "距离衰减",
        service__visit_sigma_km=ENDLESS,
        service__visit_beta=0.0,
        service__road_cost=0.0,
    ),
    "elderly_distance": _off(
        "a longer road for the elderly", "老年人的距离倍数", service__elderly_distance_ratio=1.0
    ),
    "attendance": _off(
        "offices where nobody is in",
        "村委会无人值守",
        hours__desk_hours=0.0,
        hours__office_day=NEVER,
        hours__rota_known=0.0,
    ),
    "capacity": _off(
        "cadre hours that requests take, and the queue for them",
        "办事占用工时及排队",
        service__minutes_office=0.0,
        service__minutes_outpost=0.0,
        service__minutes_online=0.0,
        service__minutes_phone=0.0,
        service__minutes_proxy=0.0,
        service__minutes_visit=0.0,
        service__visit_speed=ENDLESS,
    ),
    "abandonment": _off("waiting requests that are given up", "放弃排队", service__abandonment=0.0),
    "distrust": _off(
        "distrust and queues that keep people away",
        "不信任和排队导致的回避",
        service__trust_response=0.0,
        service__queue_response=0.0,
    ),
    "group_leaders": _off(
        "needs settled by group leaders", "组长就地解决", service__group_leader_share=0.0
    ),
    "administration": _off(
        "hours that administration asks",
        "行政事务工时",
        hours__admin_share=0.0,
        hours__merge_hours=0.0,
    ),
    "coordination": _off(
        "hours that cadres spend on each other, and friction between two leaders",
        "协调工时与主职摩擦",
        hours__pair_hours=0.0,
        hours__friction=0.0,
        hours__leader_friction=0.0,
    ),
    "leadership": _off(
        "a limit to what leaders can decide", "决策能力上限", hours__leader_capacity=ENDLESS
    ),
    "local_knowledge": _off(
        "cadres who do not know the people", "干部对村民的陌生", hours__knowledge_response=0.0
    ),
    "effort": _off(
        "hours that follow pay and age",
        "工时随报酬和年龄变动",
        hours__effort_elasticity_pay=0.0,
        hours__age_hours_loss=0.0,
    ),
    "rewards": _off(
        "free hours that follow ability and pay",
        "自主工时随能力和考核变动",
        hours__ability_response=0.0,
        hours__reward_response=0.0,
    ),
    "disputes": _off("disputes that take hours", "调解纠纷工时", trust__dispute_hours=0.0),
    "burnout": _off(
        "burnout that moves", "倦怠变化", strain__burnout_rate=0.0, strain__recovery_rate=0.0
    ),
    "grievance": _off("grievance of displaced cadres", "离任干部不满", strain__kin_persons=0.0),
    "word_of_mouth": _off(
        "word of errands that others had (with ties)", "口碑（有人际联系时）", ties__hearsay=0.0
    ),
    "household": _off(
        "what those at home tell, are an example of, and are angered by (with ties and families)",
        "家人的口碑、示范与不满（有人际联系且区分家庭时）",
        ties__household=0.0,
        ties__home_grievance=0.0,
    ),
    "example_online": _off(
        "going online after those one knows (with ties)",
        "随熟人上网（有人际联系时）",
        ties__online_by_ties=0.0,
    ),
    "shared_grievance": _off(
        "grievance that those one knows share (with ties)",
        "不满的传播（有人际联系时）",
        ties__grievance_spread=0.0,
        ties__home_grievance=0.0,
    ),
    "complaints": _off("complaints (with ties)", "诉求（有人际联系时）", ties__complaint_rate=0.0),
    "family_errands": _off(
        "errands that others of the family take along (with families)",
        "家人顺路代办（区分家庭时）",
        family__handed=0.0,
    ),
    "family_online": _off(
        "turning online for others of the family (with families)",
        "家人网上代办（区分家庭时）",
        family__online_help=0.0,
    ),
    "left_at_home": _off(
        "leaving that weighs who is left at home (with families)",
        "外出时顾及留守家人（区分家庭时）",
        family__alone_response=0.0,
    ),
    "trust": _off(
        "trust that moves",
        "信任变化",
        trust__adjust_rate=0.0,
        trust__merger_shock=0.0,
        trust__leakage_shock=0.0,
    ),
    "peers": _off("neighbours' influence on trust", "邻里影响", trust__peer_weight=0.0),
    "habituation": _off(
        "people who get used to a service", "服务预期的适应", trust__habituation=0.0
    ),
    "remittances": _off(
        "money that people away send home", "外出务工寄回收入", livelihood__remitted_share=0.0
    ),
    "expected_profit": _off(
        "starts that follow the profit expected",
        "创业随预期利润变动",
        livelihood__profit_response=0.0,
    ),
    "management": _off(
        "returns that follow management and the leader",
        "收益随管理和带头人变动",
        economy__management_elasticity=0.0,
        economy__leader_response=0.0,
    ),
    "scale": _off("returns that follow scale", "收益的规模效应", economy__scale_elasticity=0.0),
    "helpers": _off(
        "welfare money for outposts and helpers who visit",
        "集体福利用于便民点和上门协助",
        economy__welfare_services=0.0,
    ),
    "shocks": _off(
        "lucky and unlucky years of collectives",
        "集体收益年度波动",
        economy__shock_county=0.0,
        economy__shock_industry=0.0,
        economy__shock_village=0.0,
    ),
    "depreciation": _off("assets that wear out", "资产折旧", economy__depreciation=0.0),
    "leakage": _off("diversion of collective money", "集体资金流失", oversight__tempted_base=NEVER),
}


def neutral(names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return ``{process: {parameter: value}}`` with which mechanisms are off."""
    found: dict[str, dict[str, float]] = {}
    for name in names:
        for key, value in MECHANISMS[name].neutral.items():
            process, _, parameter = key.partition(".")
            found.setdefault(process, {})[parameter] = value
    return found
