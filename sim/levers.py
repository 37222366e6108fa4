"""What policies can move: set anew each month, read by the processes."""

import numpy as np

from sim.compiled import I8
from sim.parameters import Values

#: support for ventures: yuan per venture, 1/year, ventures per year
STARTUP = np.dtype([("grant", "f8"), ("loan", "f8"), ("interest", "f8"), ("number", "f8")])


class Levers:
    """The levers of a county; every array has one element per unit (old village).

    Attributes
    ----------
    combined : bool
        Secretary and director are one person.
    deputies : int64
        Deputy secretaries among the posts.
    posts : int64
        Cadre posts allowed.
    lines : float64
        Reporting lines (kinds of specialised staff).
    startup : structured array, shape (1,)
        Support for ventures, see `STARTUP`.
    startup_where : bool
        Villages where ventures are supported.
    """

    def __init__(self, units: int) -> None:
        self.combined = np.zeros(units, dtype=bool)
        self.deputies = np.zeros(units, dtype=np.int64)
        self.posts = np.zeros(units, dtype=np.int64)
        self.lines = np.zeros(units)
        self.startup = np.zeros(1, dtype=STARTUP)
        self.startup_where = np.zeros(units, dtype=bool)

    def reset(self, values: Values, originals: I8) -> None:
        """Return every lever to what it is without any policy.

        Parameters
        ----------
        values : Values
            Parameters in force.
        originals : int64 array
            Old villages in each unit: a merger alone keeps their posts.
        """
        self.combined[:] = False
        self.deputies[:] = 0
        self.posts[:] = round(values.get("posts", "posts_before")) * originals
        self.lines[:] = values.get("hours", "lines_before")
        self.startup[:] = np.zeros(1, dtype=STARTUP)
        self.startup_where[:] = False
