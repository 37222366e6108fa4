"""The patterns that others reported (model.md section 1), as paired contrasts."""

from typing import Any

import numpy as np
from paired import MERGER, Arm, Pattern, absorbed, change, relative

COMBINED = {"combined_role.share": 1.0}
WATCHED = {"oversight.mailbox": 1.0, "oversight.inspections": 2.0, "oversight.disclosure": 1.0}
PROJECTS = {"collective_support.share": 0.25}
POOLED = {"asset_rules.rule": "pooled"}


def _posts(number: int) -> dict[str, Any]:
    return {"headcount.posts.by": "fixed", "headcount.posts.number": number}


def _large_less_small(key: str) -> Any:
    """Return what the second arm changes among the largest third of units, less the smallest."""

    def effect(a: Arm, b: Arm) -> float:
        size = np.bincount(b.unit, b.persons, b.unit.size)[b.unit]
        small, large = b.thirds(size)
        gain = getattr(b, key) - getattr(a, key)
        return float(gain[large].mean() - gain[small].mean())

    return effect


def _in_large(a: Arm, b: Arm) -> float:
    """Return the change of effective hours among the largest third of units."""
    size = np.bincount(b.unit, b.persons, b.unit.size)[b.unit]
    return float((b.effective - a.effective)[b.thirds(size)[1]].mean())


def _hours_asked(a: Arm, b: Arm) -> float:
    """Return the relative change of the hours asked of all cadres together."""
    total = [x.late("cadre_workload") * x.late("posts") for x in (a, b)]
    return total[1] / total[0] - 1.0


def _both(key: str) -> Any:
    """Return how much less the combined role adds with oversight (arms: two by two)."""
    return lambda apart, one, watched, both: (
        (both.since(key) - watched.since(key)) - (one.since(key) - apart.since(key))
    )


def _per_place(key: str) -> Any:
    """Return ventures per place from 24 to 96 places less those from 0 to 24."""
    return lambda none, few, many: (
        (many.late(key) - few.late(key)) / 72.0 - (few.late(key) - none.late(key)) / 24.0
    )


def _support(number: int) -> dict[str, Any]:
    return {
        "entrepreneurship.grant": 237000.0,
        "entrepreneurship.loan": 268000.0,
        "entrepreneurship.number": number,
    }


def _return_on_projects(a: Arm, b: Arm) -> float:
    """Return the collectives' yearly income more per yuan of project money (a quarter get 1 m)."""
    income = b.places("collective_income") - a.places("collective_income")
    return float(income.sum() / (round(0.25 * b.county["villages"][-1]) * 1e6))


def _matthew(a: Arm, b: Arm) -> float:
    """Return what projects add to income where assets were large, less where they were small."""
    gain = b.places("collective_income") - a.places("collective_income")
    got = gain > 1000.0  # yuan a year: those that had a project
    base = a.places("collective_assets")
    low, high = a.thirds(base[got])
    return float(gain[got][high].mean() - gain[got][low].mean())


def _richer(key: str) -> Any:
    """Return what the second arm changes for members of richer collectives, less of poorer ones."""

    def effect(a: Arm, b: Arm) -> float:
        own, size = a.places("income_per_person"), b.unit.size
        persons = np.maximum(np.bincount(b.unit, b.persons, size), 1.0)
        total = np.bincount(b.unit, own * b.persons, size) / persons
        merged = np.bincount(b.unit, minlength=size)[b.unit] > 1
        rich = merged & (own > total[b.unit])
        poor = merged & ~rich
        return (b.among(key, rich) - a.among(key, rich)) - (b.among(key, poor) - a.among(key, poor))

    return effect


def _relief(none: Arm, merged: Arm, halved: Arm) -> float:
    """Return what less paperwork takes off a cadre's hours over what the merger takes off."""
    asked = [x.late("cadre_workload") for x in (none, merged, halved)]
    return (asked[0] - asked[2]) / (asked[0] - asked[1])


def _nearer(key: str) -> Any:
    """Return what the second arm changes in the most remote third of villages, less the nearest."""

    def effect(a: Arm, b: Arm) -> float:
        near, remote = a.thirds(a.places("distance_km"))
        return (b.among(key, remote) - a.among(key, remote)) - (
            b.among(key, near) - a.among(key, near)
        )

    return effect


def _near(key: str) -> Any:
    """Return what the second arm changes in the nearest third of villages."""

    def effect(a: Arm, b: Arm) -> float:
        near, _ = a.thirds(a.places("distance_km"))
        return b.among(key, near) - a.among(key, near)

    return effect


def _hours_before_service(a: Arm, b: Arm) -> float:
    """Return by how much more, in proportion, absorbed villages' hours rise than reach falls."""
    where = b.unit != np.arange(b.unit.size)
    hours, reach = (
        b.among(key, where) / a.among(key, where) - 1.0
        for key in ("travel_burden", "service_reach")
    )
    return hours + reach


def _faded(a: Arm, b: Arm) -> float:
    """Return the share of absorbed villages' first loss of trust left after a year."""
    where = b.unit != np.arange(b.unit.size)
    gap = np.asarray(b.village["trust"], dtype=float) - np.asarray(a.village["trust"], dtype=float)
    gap = np.average(gap[:, where], axis=1, weights=b.persons[where])
    first = int(np.flatnonzero(gap)[0])
    return float(gap[first + 12] / gap[first])


def _untouched(key: str) -> Any:
    """Return the change of an outcome in villages that no merger touched, in the second arm."""

    def effect(a: Arm, b: Arm) -> float:
        alone = np.bincount(b.unit, minlength=b.unit.size)[b.unit] == 1
        return b.among(key, alone) - a.among(key, alone)

    return effect


def _alone_more(of: str) -> Any:
    """Return what the second arm changes for elders alone, less what it does for all elders."""
    alone, elders = change(f"{of}_alone"), change(f"{of}_elderly")
    return lambda a, b: alone(a, b) - elders(a, b)


SHARE = "share"
TIES, APART = {"variants.ties": "on"}, {"variants.ties": "off"}
FAMILIES = {"variants.families": "on"}
PATTERNS = [
    Pattern(
        "P1a", "a merger cuts administrative hours per resident", "relative",
        ({}, MERGER), relative("administration_per_resident"), high=0.0, fast=True,
    ),
    Pattern(
        "P1b", "a merger moves county spending per resident little (within 9 %)", "relative",
        ({}, MERGER), relative("county_spending_per_resident"), low=-0.09, high=0.09,
    ),
    Pattern(
        "P2a", "a merger moves mean reach little (within 0.05)", SHARE,
        ({}, MERGER), change("service_reach"), low=-0.05, high=0.05,
    ),
    Pattern(
        "P2b", "people of absorbed villages lose reach", SHARE,
        ({}, MERGER), absorbed("service_reach"), high=0.0, fast=True,
    ),
    Pattern(
        "P2c", "people of 60 and over in absorbed villages lose reach", SHARE,
        ({}, MERGER), absorbed("reach_elderly"), high=0.0,
    ),
    Pattern(
        "P2d", "kept outposts win reach back for absorbed villages", SHARE,
        (MERGER, MERGER | {"merger.outposts": 1.0}), absorbed("service_reach"), low=0.0,
    ),
    Pattern(
        "P2e", "home visits win reach back for absorbed villages", SHARE,
        (MERGER, MERGER | {"service_delivery.home_visits": 0.3, "service_delivery.visit_km": 3.0}),
        absorbed("service_reach"), low=0.0,
    ),
    Pattern(
        "P2f", "an online platform wins reach back for absorbed villages", SHARE,
        (MERGER, MERGER | {"service_delivery.online": 1.0}), absorbed("service_reach"), low=0.0,
    ),
    Pattern(
        "P3a", "from 2 posts to 1, all cadres together are asked for more hours", "relative",
        (COMBINED | _posts(2), COMBINED | _posts(1)), _hours_asked, low=0.0,
    ),
    Pattern(
        "P3b", "from 8 posts to 4, they are asked for no more", "relative",
        (_posts(8), _posts(4)), _hours_asked, high=0.0,
    ),
    Pattern(
        "P3c", "from 2 posts to 1, hours asked over supplied more than double",
        "ratio less 2", (COMBINED | _posts(2), COMBINED | _posts(1)),
        lambda a, b: b.late("workload_ratio") / a.late("workload_ratio") - 2.0, low=0.0,
    ),
    Pattern(
        "P4a", "the combined role saves hours (coordination, friction), villages as they were",
        "of hours supplied", ({}, COMBINED),
        lambda a, b: float((b.effective - a.effective).mean()), low=0.0, fast=True,
    ),
    Pattern(
        "P4b", "after a merger the saving is less in the largest third of villages",
        "of hours supplied", (MERGER, MERGER | COMBINED), _large_less_small("effective"), high=0.0,
    ),
    Pattern(
        "P4c", "deputies restore it in the largest third", "of hours supplied",
        (MERGER | COMBINED, MERGER | COMBINED | {"combined_role.deputies": 1000}),
        _in_large, low=0.0,
    ),
    Pattern(
        "P5a", "the combined role raises leakage where nobody watches", "of retained income",
        ({}, COMBINED), change("leakage_share", "since"), low=0.0, fast=True,
    ),
    Pattern(
        "P5b", "it raises it less where oversight is strong", "of retained income",
        ({}, COMBINED, WATCHED, COMBINED | WATCHED), _both("leakage_share"), high=0.0,
    ),
    Pattern(
        "P5c", "with strong oversight it hardly raises it (by less than 0.5 points)",
        "of retained income", (WATCHED, COMBINED | WATCHED), change("leakage_share", "since"),
        low=-0.005, high=0.005,
    ),
    Pattern(
        "P6a", "pay linked to collective income alone moves free hours from service", SHARE,
        ({}, {"pay.growth": 0.3}), change("service_hours_share"), high=0.0,
    ),
    Pattern(
        "P6b", "adding villagers' trust to the formula moves them back", SHARE,
        ({"pay.growth": 0.3}, {"pay.growth": 0.3, "pay.trust": 0.3}),
        change("service_hours_share"), low=0.0,
    ),
    Pattern(
        "P7a", "project money returns 5-7 % a year after two years", "1/year",
        ({}, PROJECTS), _return_on_projects, low=0.05, high=0.07,
    ),
    Pattern(
        "P7b", "it returns more where assets are larger (Matthew effect)", "yuan/year",
        ({}, PROJECTS), _matthew, low=0.0,
    ),
    Pattern(
        "P8a", "pooling assets costs trust against keeping accounts apart", "0-1",
        (MERGER, MERGER | POOLED), change("trust"), high=0.0,
    ),
    Pattern(
        "P8b", "it raises collective income (scale)", "relative",
        (MERGER, MERGER | POOLED), relative("collective_income"), low=0.0,
    ),
    Pattern(
        "P8c", "it costs members of the richer collectives most", "0-1",
        (MERGER, MERGER | POOLED), _richer("trust"), high=0.0,
    ),
    Pattern(
        "P9a", "consultation softens absorbed villages' loss of trust", "0-1",
        (
            MERGER,
            MERGER | {"consultation.heard": 0.5, "consultation.vote": True,
                      "consultation.start": "2019-10"},
        ),
        absorbed("trust"), low=0.0,
    ),
    Pattern(
        "P9b", "of the loss, between half and all is left after a year", "share of the loss",
        ({}, MERGER), _faded, low=0.5, high=1.0,
    ),
    Pattern(
        "P10a", "support for 48 ventures a year raises ventures", "ventures",
        ({}, _support(48)), change("ventures"), low=0.0, scale=10,
    ),
    Pattern(
        "P10b", "its returns diminish: ventures per place, 24 to 96 less 0 to 24",
        "ventures a place",
        ({}, _support(24), _support(96)), _per_place("ventures"), high=0.0, scale=10,
    ),
    Pattern(
        "P10c", "its effect on mean income is small (0-3 %)", "relative",
        ({}, _support(48)), relative("villager_income"), low=0.0, high=0.03,
        scale=10,
    ),
    Pattern(
        "P11", "halving paperwork relieves a cadre as a merger does (two thirds to one and a half)",
        "of the merger's relief", ({}, MERGER, {"paperwork.relief": 0.5}), _relief,
        low=2 / 3, high=1.5,
    ),
    Pattern(
        "P12a", "professional cadres raise reach near offices", SHARE,
        ({}, {"pay.professional": 1.0}), _near("service_reach"), low=0.0,
    ),
    Pattern(
        "P12b", "they help less, or hurt, where people live remote", SHARE,
        ({}, {"pay.professional": 1.0}), _nearer("service_reach"), high=0.0,
    ),
    Pattern(
        "P13a", "selection from a talent pool lowers cadres' age", "years",
        (MERGER, MERGER | {"selection.pool": 1500.0}), change("cadre_age"), high=0.0, fast=True,
    ),
    Pattern(
        "P13b", "it raises the share of returned migrants", SHARE,
        (MERGER, MERGER | {"selection.pool": 1500.0}), change("cadre_returned_share"), low=0.0,
    ),
    Pattern(
        "P13c", "settling displaced cadres lowers the grievance around them", "0-1",
        (
            MERGER | _posts(4),
            MERGER | _posts(4) | {"settlement.interviews": 1.0, "settlement.placement": 0.5},
        ),
        change("grievance", "since"), high=0.0,
    ),
    Pattern(
        "P14a", "people of absorbed villages spend more hours on the road", "h/year",
        ({}, MERGER), absorbed("travel_burden"), low=0.0, fast=True,
    ),
    Pattern(
        "P14b", "the road costs them hours before service: in proportion, more than reach",
        "relative", ({}, MERGER), _hours_before_service, low=0.0,
    ),
    Pattern(
        "P15a", "with ties, a merger's grievance reaches villages that it did not touch", "0-1",
        (TIES, TIES | MERGER), _untouched("grievance"), low=0.0, fast=True,
    ),
    Pattern(
        "P15b", "without ties it does not (within a hundred thousandth)", "0-1",
        (APART, APART | MERGER), _untouched("grievance"), low=-1e-5, high=1e-5,
    ),
    Pattern(
        "P15c", "with ties, trust falls in villages that it did not touch", "0-1",
        (TIES, TIES | MERGER), _untouched("trust"), high=0.0,
    ),
    Pattern(
        "P17a", "with families, elders alone lose more reach by a merger than all elders", SHARE,
        (FAMILIES, FAMILIES | MERGER), _alone_more("reach"), high=0.0, fast=True,
    ),
    Pattern(
        "P17b", "with families, they spend more hours on the road for it", "h/year",
        (FAMILIES, FAMILIES | MERGER), _alone_more("travel"), low=0.0,
    ),
    Pattern(
        "P18", "with ties, absorbed villages' people trust less four years later still", "0-1",
        (TIES, TIES | MERGER), absorbed("trust"), high=0.0,
    ),
]  # fmt: skip
