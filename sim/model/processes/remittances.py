"""Remittances: what people away send home, and who gets it, fen.

Residents of their old village share it equally; where families are told apart (`processes.family`)
each family's is its own, and that of families with nobody at home is the village's.
"""

import math

from sim.model.agents.villager import AWAY
from sim.model.compiled import F4, I4, I8, U1, kernel, rule


@rule
def wage_factor(skill: float) -> float:
    """Return a person's wage against the mean wage: 1 at skill 0.5."""
    return 0.5 + skill


@rule
def fen(yuan: float) -> int:
    """Return an amount of yuan in whole fen."""
    return math.floor(yuan * 100.0 + 0.5)


@rule
def sent_home(skill: float, wage: float, share: float) -> int:
    """Return what a person away sends home of a month's wage, fen."""
    return math.floor(fen(wage * wage_factor(skill)) * share)


@kernel
def receive(received: int, labour: U1, money: I8) -> int:
    """Pay every resident among some rows what those away send home; return the residents."""
    residents = 0
    for i in range(money.size):
        here = labour[i] != AWAY
        residents += here
        money[i] += received if here else 0
    return residents


@kernel
def receive_rest(rest: int, labour: U1, money: I8) -> None:
    """Give a fen more to so many of the residents, the first ones."""
    first = 0
    while rest > 0:  # by 64 rows, as long as all their residents get one
        last = min(first + 64, money.size)
        if rest >= last - first:
            rest -= receive(1, labour[first:last], money[first:last])
        else:
            for i in range(first, last):
                if rest > 0 and labour[i] != AWAY:
                    money[i] += 1
                    rest -= 1
        first = last


@rule
def next_part(left: int, heirs: int) -> int:
    """Return the next one's part of what is left for so many: in whole fen, as even as can be."""
    return (left + heirs - 1) // heirs


@kernel
def to_families(
    wage: float, share: float, residents: int, skill: F4, labour: U1, family: I4, left: I8,
    heirs: I8, money: I8,
) -> None:  # fmt: skip
    """Share what people away send among the residents of their family (rows of one village).

    `left` and `heirs` are room for all families.
    """
    lowest = family.min()
    of_all = left[lowest : family.max() + 1]
    at_home = heirs[lowest : family.max() + 1]
    of_all[:] = 0
    at_home[:] = 0
    for i in range(money.size):
        at_home[family[i] - lowest] += labour[i] != AWAY
    pool = 0
    for i in range(money.size):
        if labour[i] == AWAY:
            sent, whose = sent_home(skill[i], wage, share), family[i] - lowest
            of_all[whose] += sent if at_home[whose] > 0 else 0
            pool += sent if at_home[whose] == 0 else 0
    each, more = pool // max(residents, 1), pool % max(residents, 1)  # as `next_part` gives it
    for i in range(money.size):
        if labour[i] != AWAY:
            whose = family[i] - lowest
            own = next_part(of_all[whose], at_home[whose]) if of_all[whose] > 0 else 0
            money[i] += own + each + (1 if more > 0 else 0)
            of_all[whose], at_home[whose] = of_all[whose] - own, at_home[whose] - 1
            more -= 1
