"""What runs share of a county: records whose arrays nobody may write to."""

from typing import Any, Self

import numpy as np


def closed[A: np.ndarray](array: A) -> A:
    """Return an array that refuses to be written to from now on."""
    array.flags.writeable = False
    return array


class Unchanging:
    """Base of frozen dataclasses that several runs hold at once; copies are the record itself."""

    def __post_init__(self) -> None:
        """Close the arrays: writing to one raises `ValueError`."""
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                closed(value)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what was pickled, as closed as it was."""
        vars(self).update(state)
        self.__post_init__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the record itself."""
        return self
