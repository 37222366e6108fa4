"""Names of arms, parts, targets and levels: columns of tables that pandas, R and Stata read too."""

from collections.abc import Iterable

from sim.printable import absent, key, misread

#: letters of a name
MOST_LETTERS = 300


class NameWarning(UserWarning):
    """A name that another program reads as something else."""


def wrong_names(names: Iterable[str]) -> None:
    """Raise `ValueError` where a name cannot be one, or two are hardly told apart."""
    first: dict[str, str] = {}
    for name in names:
        if not name.strip():
            raise ValueError("a name is empty; every one needs a name")
        if name != name.strip():
            raise ValueError(
                f"the name {name!r} begins or ends with a space; write {name.strip()!r}"
            )
        if absent(name):
            raise ValueError(
                f"the name {name!r} is read as a missing value by pandas, R or a spreadsheet; "
                "give another"
            )
        if len(name) > MOST_LETTERS:
            raise ValueError(f"a name of {len(name):,} letters; expected at most {MOST_LETTERS}")
        other = first.setdefault(key(name), name)
        if other != name:
            raise ValueError(f"the names {other!r} and {name!r} are hardly told apart; change one")


def doubts(names: Iterable[str]) -> list[str]:
    """Return what is to be said of names that other programs take for something else."""
    found = ((name, misread(name)) for name in names)
    return [
        f"a spreadsheet, R or Stata may read the name {name!r} as {what}; a name in words is safe"
        for name, what in found
        if what is not None
    ]
