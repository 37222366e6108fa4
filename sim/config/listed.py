"""What the registry's lists say of a county's merger, for the checks of a configuration."""

from typing import TYPE_CHECKING, Any

from sim.model.world.case import build_case
from sim.model.world.entries import CountyEntry
from sim.model.world.lists import Lists, lists_of
from sim.model.world.registry import find_county

if TYPE_CHECKING:
    from sim.model.config.schema import Config

#: how many old villages' new units are told how surely
HOW = (
    "new unit of the old villages: {certain} certain (name kept), {likely} likely (the new name is "
    "made of theirs), {unknown} unknown (neighbours and distance decide)"
)
#: what may be written instead of ``source: registry``
ADVICE = "use source: generated with ratio (or villages, or rule), or source: file"


def lists_said(config: "Config") -> str:
    """Say which lists describe a configuration's county; nothing where a file does."""
    lists = lists_of(config.county, config.reform)
    if lists is None:
        return ""
    entry = find_county(str(config.county.registry))
    years = [year for year in lists if year is not None]
    said = " and ".join(f"{year} ({entry.numbers[year]} villages)" for year in years)
    none = "" if lists.after else ", none after the reform"
    return f"{entry.name} {entry.code}, list{'s' * (len(years) - 1)} of {said}{none}; "


def plan_said(config: "Config") -> str:
    """Say what a configuration's merger plan makes of the villages, and how surely it is told."""
    merger = config.policies.merger
    if merger is None:
        return ""
    case = build_case(config, config.seed)
    plan, villages = case.plan, case.world.villages
    said = f"; {int(villages.is_village.sum())} to {plan.villages_after(villages).size} villages"
    if counts := plan.how_certain():
        said += f"; {HOW.format(**counts)}"
    if merger.draws():
        said += f"; drawn with seed {config.seed}"
    if merger.draws() or merger.quantile is not None:
        said += f": {'; '.join(plan.notes)}"
    return said


def without_merger(entry: CountyEntry, lists: Lists, given: bool) -> str | None:
    """Say why the lists chosen tell of no merger, None if they do.

    Parameters
    ----------
    entry : CountyEntry
        The county.
    lists : Lists
        The lists before and after the reform.
    given : bool
        Whether the user named the list after: whoever does may compare what they like.
    """
    named = f"{entry.name} ({entry.code})"
    if lists.after is None:
        return f"the registry has no list of {named} after {lists.before}; {ADVICE}"
    before, after = entry.numbers[lists.before], entry.numbers[lists.after]
    if given or 0 < after <= before:
        return None
    return (
        f"the lists show no merger of {named} then: {before} villages in {lists.before}, "
        f"{after} in {lists.after}{_merged(entry)}; {ADVICE}"
    )


def _merged(entry: Any) -> str:
    """Say between which lists most villages of a county merged."""
    found = [change for change in entry.changes if change.kind == "merger"]
    if not found:
        return ""
    most = max(found, key=lambda change: change.lost)
    return (
        f" (most merged between the lists of {most.before} and {most.after}: "
        f"{most.villages_before} to {most.villages_after})"
    )
