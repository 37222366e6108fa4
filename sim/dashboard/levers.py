"""The levers of the page: where they start, and what moving one changes in the configuration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model.config.schema import Config

#: what a supported venture gets where the configuration says nothing of ventures
GRANT = 50_000.0
#: villages after per village before where nothing is known of the reform: Sichuan's
RATIO = 0.6


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever.

    Attributes
    ----------
    name : str
        Its name, and that of its label (`sim.words.dashboard`).
    key : str
        What it changes: a key of a configuration, by which links name it, too.
    low, high, step : float
        Range of the slider; a switch has none.
    share : bool
        Whether it is shown as a percentage.
    """

    name: str
    key: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.0
    share: bool = False


LEVERS = (
    Lever("merger", "policies.merger"),
    Lever("ratio", "policies.merger.ratio", 0.3, 1.0, 0.005, True),
    Lever("outposts", "policies.merger.outposts", 0.0, 1.0, 0.05, True),
    Lever("combined", "policies.combined_role.share", 0.0, 1.0, 0.05, True),
    Lever("posts", "policies.headcount.posts", 1, 12, 1),
    Lever("visits", "policies.service_delivery.home_visits", 0.0, 0.6, 0.05, True),
    Lever("online", "policies.service_delivery.online", 0.0, 1.0, 0.05, True),
    Lever("ventures", "policies.entrepreneurship.number", 0, 200, 4),
)


def starts(config: "Config", after: int, before: int) -> dict[str, Any]:
    """Return where the levers of a configuration stand.

    Parameters
    ----------
    config : Config
        The configuration.
    after, before : int
        Villages after and before its reform.
    """
    merger, role = config.policies.merger, _block(config, "combined_role")
    posts = getattr(_block(config, "headcount"), "posts", None)
    delivery, ventures = _block(config, "service_delivery"), _block(config, "entrepreneurship")
    number = {"fixed": "number", "residents": "base", "total": "number"}
    value = 4 if posts is None else getattr(posts, number[posts.by])
    if posts is not None and posts.by == "total":
        value = round(value / max(after, 1))
    return {
        "merger": merger is not None,
        "ratio": RATIO if merger is None else _on_grid("ratio", after / max(before, 1)),
        "outposts": 0.0 if merger is None else _on_grid("outposts", merger.outposts),
        "combined": 0.0 if role is None else _on_grid("combined", role.share),
        "posts": int(min(max(value, 1), 12)),
        "visits": _on_grid("visits", getattr(delivery, "home_visits", None) or 0.0),
        "online": _on_grid("online", getattr(delivery, "online", None) or 0.0),
        "ventures": min(getattr(ventures, "number", 0), 200),
    }


def _on_grid(name: str, value: float) -> float:
    """Return the place of a slider nearest to a value."""
    lever = next(lever for lever in LEVERS if lever.name == name)
    steps = round((value - lever.low) / lever.step)
    return round(min(max(lever.low + steps * lever.step, lever.low), lever.high), 4)


def _block(config: "Config", kind: str) -> Any:
    """Return the block of a kind of policy, None if there is none."""
    return config.active().get(kind)


def overrides(config: "Config", start: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return what moved levers change, by dotted key; levers left alone change nothing.

    Parameters
    ----------
    config : Config
        The configuration the levers started from.
    start, now : dict
        Where they stood and stand.
    """
    moved = {name: now[name] for name in start if name in now and now[name] != start[name]}
    out: dict[str, Any] = {}
    if not now.get("merger", start["merger"]):
        if config.policies.merger is not None:
            out["policies.merger"] = None
    elif "ratio" in moved or "merger" in moved:
        group = 1.0 if config.policies.merger is None else config.policies.merger.group_ratio
        share = now.get("ratio", start["ratio"])
        out["policies.merger"] = {"source": "generated", "ratio": share, "group_ratio": group}
    if "outposts" in moved and out.get("policies.merger", config.policies.merger) is not None:
        out["policies.merger.outposts"] = moved["outposts"]
    if "combined" in moved:
        out["policies.combined_role.share"] = moved["combined"]
    if "posts" in moved:
        out["policies.headcount.posts"] = {"by": "fixed", "number": int(moved["posts"])}
    if "visits" in moved:
        out["policies.service_delivery.home_visits"] = moved["visits"]
    if "online" in moved:
        out["policies.service_delivery.online"] = moved["online"]
    if "ventures" in moved:
        out["policies.entrepreneurship.number"] = int(moved["ventures"])
        if _block(config, "entrepreneurship") is None:
            out["policies.entrepreneurship.grant"] = GRANT
    return out
