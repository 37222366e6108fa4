"""Link, YAML and command of what the page shows: what was asked for, as text and from text.

A link names levers by the keys they change, and nothing else of a configuration: opening one
reads no file and runs no code but the page's own.
"""

import io
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ruamel.yaml import YAML

from sim.dashboard.levers import LEVERS, Lever
from sim.words import LANGUAGES, word

SEEDS = (1, 3, 5, 10)
SCALES = (1, 2, 5, 10, 20, 50, 100)
#: rows of persons where nothing else is asked for: a county in about a second
QUICK = 50
_MOST_SEED = 2**31


@dataclass(frozen=True)
class Asked:
    """What a visitor asked for.

    Attributes
    ----------
    source : str
        Path of a configuration.
    county : str
        Code of another county in its place; '' for its own.
    moved : tuple of (str, value)
        Levers that were moved, by name.
    seed, seeds, scale : int
        First seed of the luck, how many from it on, persons a villager row stands for.
    """

    source: str
    county: str = ""
    moved: tuple[tuple[str, Any], ...] = ()
    seed: int = 1
    seeds: int = 1
    scale: int = QUICK


@dataclass(frozen=True)
class Opened:
    """What a link asks for: runs, and how they are shown; and what of it is not to be had."""

    asked: Asked
    lang: str
    outcome: str
    wrong: tuple[str, ...] = ()


def opened(
    search: str, asked: Asked, lang: str, outcome: str, outcomes: Mapping[str, str], version: str
) -> Opened:
    """Read the query of a link.

    Parameters
    ----------
    search : str
        Without its question mark.
    asked, lang, outcome : Asked, str, str
        What is shown where the link says nothing.
    outcomes : mapping
        Outcomes that can be shown, by key.
    version : str
        The version that is running.

    Returns
    -------
    Opened
        With a sentence for everything in the link that is not followed.
    """
    given = dict(parse_qsl(search, keep_blank_values=True))
    language = given.pop("lang", lang)
    lang = language if language in LANGUAGES else lang
    wrong: list[str] = []
    shown = given.pop("outcome", outcome)
    if shown not in outcomes:
        shown = outcome
        wrong.append("outcome")
    of = given.pop("version", version)
    found = replace(
        asked,
        source=_file(given, asked.source, wrong),
        county=_county(given, asked.county, wrong),
        moved=_moved(given, wrong),
        **_numbers(given, wrong),
    )
    wrong += [key[:40] for key in given]
    told = [word("link_wrong", lang, what=", ".join(wrong))] if wrong else []
    if of != version:
        told.append(word("link_version", lang, then=of[:20], now=version))
    return Opened(found, lang, shown, tuple(told))


def _file(given: dict[str, str], source: str, wrong: list[str]) -> str:
    """Return the configuration a link names, one of those beside the one served."""
    name = given.pop("config", Path(source).stem)
    beside = {path.stem: str(path) for path in sorted(Path(source).parent.glob("*.yaml"))}
    files = beside | {Path(source).stem: source}
    if name not in files:
        wrong.append("config")
    return files.get(name, source)


def _county(given: dict[str, str], county: str, wrong: list[str]) -> str:
    """Return the county a link names by its code."""
    code = given.pop("county", county)
    if code == "" or (code.isdecimal() and len(code) == 6):
        return code
    wrong.append("county")
    return county


def _numbers(given: dict[str, str], wrong: list[str]) -> dict[str, int]:
    """Return the whole numbers of a link."""
    out = {}
    for name, least, most in (
        ("seed", 0, _MOST_SEED),
        ("seeds", 1, max(SEEDS)),
        ("scale", 1, 1000),
    ):
        text = given.pop(name, "")
        if text.isdecimal() and least <= int(text) <= most:
            out[name] = int(text)
        elif text:
            wrong.append(f"{name}={text[:20]}")
    return out


def _moved(given: dict[str, str], wrong: list[str]) -> tuple[tuple[str, Any], ...]:
    """Return the levers that a link moves."""
    moved = []
    for lever in LEVERS:
        if lever.key in given:
            value = _position(lever, given.pop(lever.key))
            if value is None:
                wrong.append(lever.key)
            else:
                moved.append((lever.name, value))
    return tuple(moved)


def _position(lever: Lever, text: str) -> Any:
    """Return where a link puts a lever, None where it cannot stand."""
    if not lever.step:
        return {"on": True, "off": False}.get(text)
    try:
        value = float(text)
    except ValueError:
        return None
    if not lever.low <= value <= lever.high:
        return None
    return int(value) if float(lever.step).is_integer() else round(value, 4)


def query(asked: Asked, lang: str, outcome: str, version: str) -> str:
    """Return the query of the link that shows the same."""
    keys = {lever.name: lever for lever in LEVERS}
    out = {"config": Path(asked.source).stem}
    if asked.county:
        out["county"] = asked.county
    for name, value in asked.moved:
        text = f"{value:g}" if keys[name].step else "on" if value else "off"
        out[keys[name].key] = text
    out |= {"seed": str(asked.seed), "seeds": str(asked.seeds), "scale": str(asked.scale)}
    return urlencode(out | {"outcome": outcome, "lang": lang, "version": version})


def difference(source: str, changes: Mapping[str, Any], said: str) -> str:
    """Return as YAML what differs from a configuration, as a file to lie beside it.

    Parameters
    ----------
    source : str
        The configuration.
    changes : mapping
        Values by dotted key.
    said : str
        First line, a comment.
    """
    tree: dict[str, Any] = {"extends": Path(source).name}
    for key, value in changes.items():
        node = tree
        *above, last = key.split(".")
        for name in above:
            node = node.setdefault(name, {})
        node[last] = value
    yaml, out = YAML(), io.StringIO()
    yaml.default_flow_style = False
    yaml.dump(tree, out)
    return f"# {said}\n{out.getvalue()}"


def command(source: str, changes: Mapping[str, Any]) -> str:
    """Return the command that simulates what the page shows (of its first seed)."""
    parts = ["hecun", "run", f"configs/{Path(source).name}"]
    for key, value in changes.items():
        if key in ("scale", "seed"):
            parts += [f"--{key}", str(value)]
        else:
            parts += ["--set", f"{key}={json.dumps(value, ensure_ascii=False)}"]
    return shlex.join(parts)
