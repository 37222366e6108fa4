"""Names of old villages as people say them."""

from sim.model.world.unitnames import base_name, spelled_out, unit_kind


def said_name(name: str) -> str:
    """Return a village's name without what its committee is called; others as they are.

    >>> said_name("群英村民委员会"), said_name("强鸣社区居委会"), said_name("巴彦花嘎查")
    ('群英村', '强鸣社区', '巴彦花嘎查')
    """
    kind = unit_kind(name)
    if kind == "village" and spelled_out(name) and "嘎查" not in name:
        return f"{base_name(name)}村"
    if kind == "community" and "居" in name:
        return f"{base_name(name)}社区"
    return name
