"""Every policy at once: what equality is tested and speed is measured with."""

from typing import Any


def all_policies(villages: int) -> dict[str, Any]:
    """Return one block of every kind, sized for a county of so many villages."""
    some = max(1, villages // 6)
    return {
        "merger": {"source": "generated", "ratio": 0.6, "outposts": 0.3, "group_ratio": 0.6},
        "combined_role": {"share": 0.85, "deputies": some, "heads_collective": True},
        "headcount": {
            "posts": {"by": "residents", "base": 4, "per_1000": 0.4, "max": 6},
            "lines": 4,
        },
        "selection": {
            "pool": 8 * villages, "reserve": some, "vetting": 3, "youth": 0.2, "returned": 0.3,
            "age_aim": 45, "reselect": "all",
        },
        "settlement": {"interviews": 1.0, "placement": 0.5, "allowance": 5000},
        "pay": {"secretary": 3300, "growth": 0.1, "trust": 0.1, "professional": 0.3},
        "training": {"who": "all", "share": 0.8, "every": 12, "cost": 500},
        "first_secretary": {"number": some},
        "consultation": {"heard": 0.02, "vote": True, "ramp_months": 3},
        "contact": {"leaders": some, "departments": 2 * some},
        "party_members": {"contact": 0.5, "recruits": 3 * some, "recruits_away": some},
        "roles": {"town": some, "central": some, "speciality": 2 * some, "mixed": some},
        "village_ventures": {"share": 0.7},
        "specialists": {"number": 0.2 * villages, "shared_by": 3},
        "overhaul": {"share": 0.1, "by": "grievance", "office_kept": 0.95, "inspections": 2.0},
        "oversight": {"mailbox": 1.0, "inspections": 1.0, "disclosure": 0.6, "discipline": 0.5},
        "paperwork": {"relief": 0.2, "ledgers": 0.3, "rescale": 0.3},
        "asset_rules": {"rule": "consent", "welfare": 0.12},
        "collective_support": {
            "villages": some, "amount": 1_000_000, "cooperative": True, "joint": 0.2
        },
        "entrepreneurship": {
            "grant": 60_000, "loan": 80_000, "number": 20 * some, "demonstration_sites": 1,
            "outside_capital": 50_000,
        },
        "service_delivery": {
            "outposts": 0.3, "outpost_opening": 0.6, "office_hours": 6.0, "office_kept": 0.9,
            "home_visits": 0.15, "visit_km": 3.0, "online": 0.7, "one_stop": 0.5,
            "micro_groups": 0.3, "proxies": 0.4, "buses": 0.5,
        },
    }  # fmt: skip
