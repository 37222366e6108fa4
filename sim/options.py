"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Any

import click

from sim.errors import InputError
from sim.terminal.language import Language

LANG = click.option("--lang", cls=Language)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results [default: results/NAME OF THE FILE].",
)
SET = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change one value, e.g. --set policies.merger.ratio=0.5 (may be repeated).",
)


def overrides_of(changes: tuple[str, ...]) -> dict[str, Any]:
    """Return the ``--set`` options as a dictionary, all wrong ones named at once."""
    if not changes:
        return {}
    from sim.config.loading import parse_override

    found: dict[str, Any] = {}
    problems: list[str] = []
    for text in changes:
        try:
            key, value = parse_override(text)
        except InputError as error:
            problems += error.problems
            continue
        if key in found:
            problems.append(f"--set {text}: {key} is set twice; keep one")
        found[key] = value
    if problems:
        raise InputError(problems)
    return found
