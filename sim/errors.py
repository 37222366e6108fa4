"""Errors of input, in words for the person who wrote it."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from sim.printable import printable, shortened

_MOST_OF_A_LINE = 600


class InputError(ValueError):
    """Input that cannot be used; its text is meant for the person who wrote the input.

    Parameters
    ----------
    problems : str or sequence of str
        Every problem found, each saying what is wrong, where, and how to mend it.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        problems = (problems,) if isinstance(problems, str) else problems
        self.problems = tuple(map(_shown, problems))
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[str, ...]]]:
        """Keep the problems apart when the error crosses a process border."""
        return type(self), (self.problems,)


def _shown(problem: str) -> str:
    lines = printable(problem).split("\n")
    return "\n".join(shortened(line, _MOST_OF_A_LINE) for line in lines)


def nearest(word: str, candidates: Iterable[str], most: int = 1) -> str:
    """Return ``"; did you mean 'x'?"`` for the candidates nearest to a word, or ``""``."""
    found = get_close_matches(word, sorted(candidates), n=most, cutoff=0.6)
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""
