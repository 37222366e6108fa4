"""Party members among villagers: with whom they keep contact, and the form of their organisation.

Members live where people live. Those at home who keep contact (党员联系户) settle a share of what
the residents they know need, beside the group's leader (`sim.model.processes.offers`).
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F8, I8, kernel, rule

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: forms of a village's organisation, by the Party's regulation on rural organisations (2019)
BRANCH, GENERAL_BRANCH, COMMITTEE = range(3)
MEMBERS_OF_GENERAL_BRANCH, MEMBERS_OF_COMMITTEE = 50.0, 100.0


@rule
def kept_in_contact(
    residents: float, share: float, recruits: float, contact: float, persons: float
) -> float:
    """Return the share of residents with whom Party members keep contact; nobody is met twice.

    Parameters
    ----------
    residents, share, recruits : float
        Residents, the share of them who are members, and members recruited beside, persons.
    contact : float
        Share of the members who keep contact.
    persons : float
        Residents whom each of these keeps in contact with.
    """
    members = share * residents + recruits
    return min(1.0, contact * members * persons / max(residents, 1.0))


@rule
def form(members: float) -> int:
    """Return the form of an organisation of so many members: branch, general branch, committee."""
    if members < MEMBERS_OF_GENERAL_BRANCH:
        return BRANCH
    return COMMITTEE if members >= MEMBERS_OF_COMMITTEE else GENERAL_BRANCH


@kernel
def _in_contact(residents: F8, share: float, recruits: F8, contact: F8, persons: float) -> F8:
    """Return `kept_in_contact` of every unit."""
    out = np.empty(residents.size)
    for u in range(out.size):
        out[u] = kept_in_contact(residents[u], share, recruits[u], contact[u], persons)
    return out


def in_contact(county: "CountyModel") -> F8:
    """Return the share of each unit's residents with whom members keep contact, shape (V,)."""
    of_service, levers = county.values.service, county.levers
    if not np.logical_or.reduce(levers.member_contact):
        return np.zeros(levers.member_contact.size)
    residents = county.borders.total(county.flows["residents"])
    return _in_contact(
        residents,
        of_service.party_members,
        levers.recruits,
        levers.member_contact,
        of_service.member_persons,
    )


def forms(county: "CountyModel") -> I8:
    """Return the form of each village's organisation, shape (villages,), communities left out."""
    levers, villages = county.levers, county.borders.is_village
    members = county.values.service.party_members * county.borders.registered
    members = (members + levers.recruits + levers.recruits_away)[villages]
    return np.array([form.py_func(each) for each in members], dtype=np.int64)
