"""Months that do not fit: of targets that no run records, and of arms that record others."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.config.places import Node, Place
from sim.lab.file.schema import Calibrate, Compare, Method, Morris
from sim.model.calendar import format_month, parse_month

if TYPE_CHECKING:
    from sim.lab.file.loading import Head


def months_fit(
    spec: Method | None, root: Node, heads: "Sequence[Head]", say: Callable[[Place, str], None]
) -> None:
    """Note targets of months that no run records, and arms whose screening would mix months."""
    arms = root.get("arms")
    spans = {(head.config.start, head.config.months) for head in heads}
    if isinstance(spec, Morris) and arms is not None and len(spans) > 1:
        told = "effects would be of the months, too; give all the same start and months"
        say(arms.place, f"arms: they record other months: {told}")
    if not isinstance(spec, Calibrate | Compare):
        return
    for name, target in spec.targets.items():
        node = root.get("targets", name, "at")
        if target.at == "end" or node is None:
            continue
        if spec.record.county != "monthly":
            say(node.place, f"targets.{name}.at: needs record: {{county: monthly}}")
        at = parse_month(target.at)
        for head in heads:
            first, after = head.config.start, head.config.start + head.config.months
            if head.arm in (target.arm or heads[0].arm, target.against) and not (
                first <= at < after
            ):
                text = f"recorded are {format_month(first)} to {format_month(after - 1)}"
                say(node.place, f"targets.{name}.at: {target.at} is in no run; {text}")
