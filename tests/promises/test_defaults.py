"""A file that leaves a key out means tomorrow what it means today: defaults and bounds stay.

Where one is meant to move: ``python tests/promises/test_defaults.py`` writes ``defaults.txt`` anew,
and `CHANGELOG.md` says what a file written before now means.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.config.outline import strict_schema
from sim.lab.file.schema import File
from sim.model.config.schema import Config

ENDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
STORED = Path(__file__).parent / "defaults.txt"


def lines() -> Iterator[str]:
    """Yield a line for every key of configurations and experiments: its default and its bounds."""
    for kind, model in (("configuration", Config), ("experiment", File)):
        schema = strict_schema(model)
        blocks: dict[str, dict[str, Any]] = {"": schema, **schema.get("$defs", {})}
        for block, node in sorted(blocks.items()):
            for key, field in node.get("properties", {}).items():
                default = json.dumps(field["default"]) if "default" in field else "must be given"
                options = [field, *field.get("anyOf", ())]
                bounds = {end: option[end] for option in options for end in ENDS if end in option}
                told = "".join(f" {end} {value!r}" for end, value in bounds.items())
                yield f"{kind}: {block}.{key}: {default}{told and ';'}{told}"


def test_defaults_and_bounds_are_what_they_were():
    then, now = STORED.read_text("utf-8").splitlines(), list(lines())
    gone, new = sorted(set(then) - set(now)), sorted(set(now) - set(then))
    assert (gone, new) == ([], []), "meant? see the head of this file"


if __name__ == "__main__":
    STORED.write_text("\n".join(lines()) + "\n", "utf-8")
