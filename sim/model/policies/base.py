"""Base of every policy: when it applies, where, and how it is phased in."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from sim.model.compiled import B1, I8
from sim.model.config.fields import Month, NonNegative, Share, Strict, unit
from sim.model.policies.dose import Dose
from sim.model.policies.trigger import When, began

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.county import CountyModel

#: month of what will not happen any more
NEVER = 1_000_000


class Selector(Strict):
    """Which villages a policy reaches; every condition given must hold."""

    townships: tuple[str, ...] | None = None
    """Names of townships (before the reform)."""
    """适用的乡镇（改革前）"""
    villages: tuple[str, ...] | None = None
    """Codes or names of villages (before the reform)."""
    """适用的村（改革前，代码或名称）"""
    min_residents: NonNegative | None = unit("persons", default=None)
    """Villages with at least so many registered persons."""
    """户籍人口不少于"""
    max_residents: NonNegative | None = unit("persons", default=None)
    """Villages with at most so many registered persons."""
    """户籍人口不多于"""
    min_distance_km: NonNegative | None = unit("km by road", default=None)
    """Villages whose people live at least so far from the office on average, outposts aside."""
    """村民到村委会平均路程不少于"""
    share: Share = 1.0
    """Share of the villages that meet the conditions, drawn once per county and seed; they nest."""
    """符合条件的村中适用的比例（抽取）"""


class Policy(Strict):
    """A policy block: plain data, and `apply`, which says what the processes see.

    A policy never draws luck for villagers and never touches their state: it sets levers
    (`sim.model.levers.Levers`) or, like the merger, orders an event.
    """

    #: levers the policy sets: two policies that set one lever at once are refused
    levers: ClassVar[tuple[str, ...]] = ()
    #: what it moves directly, by name: a run counts it (`delivered`) beside what was asked for
    doses: ClassVar[dict[str, Dose]] = {}

    start: Month | None = None
    """First month in force; the reform's month if not given."""
    """开始月份；不写则为改革月份"""
    end: Month | None = None
    """First month no longer in force; never if not given."""
    """停止月份；不写则不停止"""
    when: When | None = None
    """Starts, not before `start`, once an outcome has been so: `backlog > 40 for 3`."""
    """触发条件：某项结果指标连续数月达到时开始（不早于 start）"""
    until: When | None = None
    """Ends once an outcome has been so while in force; `when` may start it again."""
    """终止条件：实施期间某项结果指标连续数月达到时停止；when 可使其再次开始"""
    ramp_months: Annotated[int, Field(ge=0, le=240)] = unit("months", default=0)
    """Months over which the policy grows linearly to its full dose."""
    """逐步到位的月数"""
    where: Selector | None = None
    """Villages it reaches; all if not given."""
    """适用的村"""
    merge: Literal["replace", "max", "min"] | None = None
    """Where an earlier policy sets the same lever: this one's value, the larger or the smaller."""
    """与先前政策作用于同一杠杆时：replace 以本项为准，max 取大，min 取小"""

    @model_validator(mode="after")
    def _end_after_start(self) -> "Policy":
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end must be later than start")
        return self

    def span(self, config: "Config") -> tuple[int, int]:
        """Return the first month it may be in force and the first it no longer is."""
        start = config.reform if self.start is None else self.start
        after = config.start + config.months
        return start, after if self.end is None else min(self.end, after)

    def began(self, county: "CountyModel", month: int) -> int | None:
        """Return the month since which the policy is in force; None if it is not."""
        start = county.config.reform if self.start is None else self.start
        if month < start or (self.end is not None and month >= self.end):
            return None
        if self.when is None and self.until is None:
            return start
        return began(self.when, self.until, county.recorder, start, month)

    def dose(self, county: "CountyModel", month: int) -> float:
        """Return the share of the full dose in force in a month, 0 to 1."""
        start = self.began(county, month)
        if start is None:
            return 0.0
        passed = month - start + 1
        return passed / (self.ramp_months + 1) if passed <= self.ramp_months else 1.0

    def next_change(self, county: "CountyModel", month: int) -> int:
        """Return the first later month in which it sets its levers otherwise.

        Its dose and the borders alone decide what it sets; a policy that looks at more says so.
        """
        start, after = self.span(county.config)
        if month < start:
            return start
        if month >= after:
            return NEVER if after == self.end else month + 1
        if self.when or self.until or month < start + self.ramp_months:
            return month + 1
        return after

    def reached(self, county: "CountyModel") -> B1:
        """Return which units the policy reaches, shape (villages,)."""
        return county.select(self.where)

    def villages_reached(self, county: "CountyModel") -> I8:
        """Return the units reached that are villages, not communities."""
        return (self.reached(county) & county.borders.is_village).nonzero()[0]

    def moves(self) -> tuple[str, ...]:
        """Return the levers this block sets: those of its class, less fields of that name unset."""
        fields = vars(self)
        return tuple([key for key in self.levers if fields.get(key, key) is not None])

    def persons(self, months: int) -> dict[str, float]:
        """Return quotas in persons over so many months, by field: villager rows must fit them."""
        return {}

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Return what was asked for and what was delivered of each of `doses`.

        Called after the month's processes, in months in force. A dose that is a sum gives what the
        month adds; those that this block does not ask for are left out.
        """
        return {}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set the levers for this month (called only while the dose is above 0)."""
        raise TypeError(f"{type(self).__name__} must define apply(county, month)")
