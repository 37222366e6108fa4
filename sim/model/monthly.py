"""Monthly totals that processes fill: flows of people, hours of cadres, the county's spending."""

import numpy as np

#: what an old village's people did this month (persons, requests, minutes, journeys, hours)
FLOWS = np.dtype(
    [
        ("residents", "f8"),
        ("residents_elderly", "f8"),
        ("residents_remote", "f8"),
        ("residents_alone", "f8"),
        ("requests", "f8"),
        ("needs", "f8"),
        ("met", "f8"),
        ("needs_elderly", "f8"),
        ("met_elderly", "f8"),
        ("needs_remote", "f8"),
        ("met_remote", "f8"),
        ("needs_alone", "f8"),
        ("met_alone", "f8"),
        ("minutes", "f8"),
        ("minutes_new", "f8"),
        ("minutes_outpost", "f8"),
        ("visit_minutes", "f8"),
        ("visits_wanted", "f8"),
        ("channel", "f8", (9,)),
        ("visits", "f8"),
        ("overdue", "f8"),
        ("trips", "f8"),
        ("trips_in_vain", "f8"),
        ("travel", "f8"),
        ("travel_elderly", "f8"),
        ("travel_remote", "f8"),
        ("travel_alone", "f8"),
    ]
)
#: what a unit's cadres were asked and supplied this month (hours unless a ratio or a count)
HOURS = np.dtype(
    [
        (name, "f8")
        for name in (
            "cadres",
            "supplied",
            "administration",
            "administration_productivity",
            "coordination",
            "friction",
            "meetings",
            "projects",
            "leadership",
            "leader_load",
            "borrowed",
            "service_hours",
            "visit_hours",
            "duty",
            "rota",
            "attended",
            "outpost_attended",
            "service_offered",
            "service_productivity",
            "service_asked",
            "service_arrived",
            "service_used",
            "economy_offered",
            "economy_productivity",
            "economy",
            "asked",
            "overtime",
            "undone",
        )
    ]
)
SPENDING = (
    "cadre_pay",
    "first_secretary_pay",
    "administration",
    "service_delivery",
    "oversight",
    "consultation",
    "training",
    "leaving_allowance",
    "outposts",
    "startup_grants",
    "startup_loans",
    "outside_capital",
)
