"""Travel: the hours that residents spend on the road, and waiting, to be served.

Every call at the office or an outpost is a journey there and back, whether somebody is found or
not; who finds somebody waits there. Home visits, what is done online, by telephone or by a proxy
and what a group's leader settles cost residents no road; a proxy's own is not counted.
"""

from sim.model.compiled import Records, rule


@rule
def found_in(attended: float, tries: float) -> float:
    """Return the share of callers who find somebody, coming up to `tries` times."""
    return 1.0 - (1.0 - attended) ** tries


@rule
def journeys(attended: float, tries: float) -> float:
    """Return how often somebody goes who finds nobody with chance 1 - `attended` each time.

    Up to `tries` times: the sum of (1 - attended)^i over the tries before, i = 0 ... tries - 1.
    """
    if attended <= 0.0:
        return tries
    return found_in(attended, tries) / attended


@rule
def road_hours(distance_km: float, speed: float) -> float:
    """Return the hours of one journey by road, there and back."""
    return 2.0 * distance_km / speed


@rule
def road_left(buses: float, cost: float) -> float:
    """Return what the road costs people, over what it does without a bus.

    Parameters
    ----------
    buses : float
        Share of residents whom buses serve.
    cost : float
        Cost of the road by bus over that without.
    """
    return 1.0 - buses * (1.0 - cost)


@rule
def calling(
    office: float,
    outpost: float,
    offer: Records,
    office_hours: float,
    outpost_hours: float,
    wait: float,
) -> tuple:
    """Return the hours that callers are on the road or wait, their journeys, and those in vain.

    Parameters
    ----------
    office, outpost : float
        Persons who turn to the office, and to an outpost; where needs do not wait, needs.
    offer : record
        What the old village offers (`sim.model.processes.offers`).
    office_hours, outpost_hours : float
        Hours of one journey to each (`road_hours`).
    wait : float
        Hours at the site of who finds somebody.
    """
    to_office, to_outpost = office * offer["office_calls"], outpost * offer["outpost_calls"]
    found = office * offer["attended"] + outpost * offer["outpost_attended"]
    hours = to_office * office_hours + to_outpost * outpost_hours + found * wait
    return hours, to_office + to_outpost, to_office + to_outpost - found
