"""Shapley values: an effect shared out among policies that act together (Shapley 1953).

A game's players are groups of policies; the worth of a coalition is an outcome when its policies
are on and the others off. A player's share is the mean, over all orders of switching on, of what
the outcome moves when it joins: the shares add up to the whole effect exactly, whatever the
interactions. What two players do beyond the sum of what each does is their interaction (Grabisch &
Roubens 1999).
"""

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np

from sim.lab.methods.intervals import Floats

#: players beyond which all coalitions are too many to run
MOST_PLAYERS = 6


def coalitions(players: int) -> list[tuple[int, ...]]:
    """Return all coalitions, smallest first: () for none, (0,), (1,), ... and all at last.

    Raises
    ------
    ValueError
        If there are no players or more than `MOST_PLAYERS`.
    """
    if not 1 <= players <= MOST_PLAYERS:
        raise ValueError(f"between 1 and {MOST_PLAYERS} groups can be told apart, not {players}")
    return [chosen for size in range(players + 1) for chosen in combinations(range(players), size)]


def shapley_values(worth: Floats, players: int) -> Floats:
    """Return every player's share of the worth of all over that of none.

    Parameters
    ----------
    worth : array (2**players, ...)
        Worth of each coalition, in the order of `coalitions`; further axes (replicates, outcomes)
        are kept.
    players : int
        How many.

    Returns
    -------
    array (players, ...)
        Sums over players to ``worth[-1] - worth[0]``.
    """
    sets = coalitions(players)
    at = {chosen: i for i, chosen in enumerate(sets)}
    found = np.zeros((players, *worth.shape[1:]))
    for chosen in sets:
        size = len(chosen)
        weight = factorial(size) * factorial(players - size - 1) if size < players else 0
        for player in set(range(players)) - set(chosen):
            joined = at[tuple(sorted((*chosen, player)))]
            found[player] += weight * (worth[joined] - worth[at[chosen]])
    return found / factorial(players)


def interactions(worth: Floats, players: int) -> dict[tuple[int, int], Floats]:
    """Return every pair's Shapley interaction index: what two do together beyond each alone.

    The mean, over the coalitions of the others by the index's weights, of
    ``v(S+ij) - v(S+i) - v(S+j) + v(S)`` (Grabisch & Roubens 1999); 0 where effects add up.
    """
    sets = coalitions(players)
    at = {chosen: i for i, chosen in enumerate(sets)}

    def value(members: Sequence[int]) -> Floats:
        return worth[at[tuple(sorted(members))]]

    found = {}
    for i, j in combinations(range(players), 2):
        total = np.zeros(worth.shape[1:])
        for others in sets:
            if i in others or j in others:
                continue
            size = len(others)
            weight = factorial(size) * factorial(players - size - 2) / factorial(players - 1)
            both, one, other = (value((*others, *added)) for added in ((i, j), (i,), (j,)))
            total = total + weight * (both - one - other + value(others))
        found[i, j] = total
    return found
