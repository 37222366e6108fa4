"""The ``variants:`` block: forms of contested mechanisms (`sim.model.parameters.variants`)."""

from typing import Literal

from sim.model.config.fields import Strict
from sim.model.parameters.variants import VARIANTS


class Variants(Strict):
    """Forms of contested mechanisms."""

    """有争议机制的形式"""

    errands: Literal[VARIANTS["errands"].forms] = VARIANTS["errands"].default  # type: ignore
    """Needs that are not met within the month: given up, or waiting until they are done."""
    """当月未办的事项：放弃，或留待以后办理"""
    decay: Literal[VARIANTS["decay"].forms] = VARIANTS["decay"].default  # type: ignore[valid-type]
    """How the share of needs that are brought falls with the road (none: not at all)."""
    """办事比重随路程下降的形式（none：不下降）"""
    income: Literal[VARIANTS["income"].forms] = VARIANTS["income"].default  # type: ignore[valid-type]
    """What cadres' hours for the economy earn (saturating: no more than there is work for)."""
    """村干部经济工时的收益形式（saturating：受可做之事所限）"""
    desk: Literal[VARIANTS["desk"].forms] = VARIANTS["desk"].default  # type: ignore[valid-type]
    """What keeps an office open: hours left for service, or cadres who are in, and a rota."""
    """村委会有人的形式（service_hours：服务工时；presence：在岗与值班）"""
    load: Literal[VARIANTS["load"].forms] = VARIANTS["load"].default  # type: ignore[valid-type]
    """What gives where hours do not suffice: callers queue, or paperwork waits for overtime."""
    """工时不足时的形式（queue：来访者排队；overtime：先接待来访者，事务加班办理）"""
    trends: Literal[VARIANTS["trends"].forms] = VARIANTS["trends"].default  # type: ignore[valid-type]
    """Whether wages, work and migration follow their trends of 2016-24, the same in every arm."""
    """工资、就业和外出是否随2016-24年趋势变动（各方案相同）"""
    ties: Literal[VARIANTS["ties"].forms] = VARIANTS["ties"].default  # type: ignore[valid-type]
    """Whether people hear of others' errands, and go online after those they know."""
    """是否听闻他人办事经历，并随熟人上网"""
    families: Literal[VARIANTS["families"].forms] = VARIANTS["families"].default  # type: ignore
    """Whether families are told apart: who acts for whom, is left at home, gets what is sent."""
    """是否区分家庭：家人代办、留守与汇款归属"""
    cadres: Literal[VARIANTS["cadres"].forms] = VARIANTS["cadres"].default  # type: ignore
    """Whether cadres and the talent pool are villagers, or drawn from distributions."""
    """村干部和人才库人选是否来自村民（villagers），或按分布抽取（drawn）"""
