"""Explanations of parameters, policies' levers, keys of a configuration and outcomes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.about.influences import levers, measured, moves
from sim.about.plugged import listed
from sim.config import outline
from sim.errors import InputError, nearest
from sim.model.outcomes import columns
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import parameters
from sim.model.parameters.mechanisms import MECHANISMS
from sim.model.policies import POLICIES
from sim.terminal.console import table
from sim.terminal.wide import padded, width
from sim.words import known, unit_label, word
from sim.words.translating import stored


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be explained.

    Attributes
    ----------
    key : str
        ``service.visit_sigma_km``, ``merger.ratio``, ``county.year``, ``service_reach``.
    path : tuple of str
        Where it is written in a configuration; empty for an outcome.
    group : str
        Process, ``policies.NAME``, ``config``, ``outcomes`` or ``columns.villagers``.
    value, unit, range : str
        Default, unit, and plausible range or what is allowed.
    source, confidence : str
        Of a parameter; ``""`` for what is not one.
    en, zh : str
        What it is.
    more : tuple of (word, text)
        Further lines of the full account.
    """

    key: str
    path: tuple[str, ...]
    group: str
    value: str
    unit: str
    range: str
    source: str
    confidence: str
    en: str
    zh: str
    more: tuple[tuple[str, str], ...] = ()
    range_zh: str = ""

    def allowed(self, lang: str) -> str:
        """Return the range in a language."""
        return self.range_zh if lang == "zh" and self.range_zh else self.range

    def what(self, lang: str) -> str:
        """Return what it is in a language, English where there is no Chinese."""
        return self.zh if lang == "zh" and self.zh else self.en


def _parameters() -> Iterator[Entry]:
    for process, catalogue in parameters().items():
        for name, p in catalogue.items():
            yield Entry(
                f"{process}.{name}",
                ("parameters", process, name),
                process,
                f"{p.value:g}",
                p.unit,
                word("between", "en", low=f"{p.low:g}", high=f"{p.high:g}"),
                p.source,
                p.confidence,
                p.en,
                p.zh,
                range_zh=word("between", "zh", low=f"{p.low:g}", high=f"{p.high:g}"),
            )


def _keys() -> Iterator[Entry]:
    seen: dict[tuple[str, ...], Entry] = {}
    for path, node in outline.leaves():
        if path[0] == "parameters":
            continue
        policy = path[1] if path[0] == "policies" else None
        others = [seen[path]] if path in seen else []
        seen[path] = Entry(
            ".".join(path[1:] if policy else path),
            path,
            f"policies.{policy}" if policy else "config",
            _default(node) if not others else others[0].value,
            " / ".join(dict.fromkeys([*(o.unit for o in others), node.get("x-unit", "")])),
            " or ".join(
                dict.fromkeys([*(o.range for o in others), outline.expected(_unitless(node))])
            ),
            "",
            "",
            " / ".join(dict.fromkeys([*(o.en for o in others), node.get("description", "")])),
            outline.chinese(path),
            (("levers", ", ".join(POLICIES[policy].levers)),) if policy else (),
            word("either", "zh").join(
                dict.fromkeys([*(o.range_zh for o in others), _allowed_zh(node)])
            ),
        )
    yield from seen.values()


def _allowed_zh(field: dict[str, Any]) -> str:
    """Return in Chinese what a key may hold."""
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    either, found = word("either", "zh"), []
    for node in outline.branches(field):
        if "enum" in node or "const" in node:
            found.append(either.join(map(str, node.get("enum", [node.get("const")]))))
        elif "x-expected-zh" in node:
            found.append(node["x-expected-zh"])
        elif "pattern" in node:
            found.append(word("holds_month", "zh"))
        else:
            limits = [f"{sign}{node[k]:g}" for k, sign in signs.items() if k in node]
            found.append(" ".join([known(f"holds_{node.get('type')}", "zh", ""), *limits]))
    return either.join(dict.fromkeys(found))


def _unitless(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "x-unit"}


def _default(node: dict[str, Any]) -> str:
    if "const" in node or "default" not in node:
        return "required"
    default = node["default"]
    if default is None:
        return "off"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def _mechanisms() -> Iterator[Entry]:
    for name, off in MECHANISMS.items():
        sets = ", ".join(f"{key} = {value:g}" for key, value in off.neutral.items())
        en, zh = word("without", "en", what=off.en), word("without", "zh", what=off.zh)
        yield Entry(
            f"switched_off.{name}", (), "mechanisms", "", "", "", "", "", en, zh, (("sets", sets),)
        )


def _outcomes() -> Iterator[Entry]:
    for key, outcome in OUTCOMES.items():
        levels = ", ".join(outcome.levels)
        computed, page = measured(key)
        more = (("better", outcome.better), ("levels", levels), ("definition", outcome.definition))
        more += (("computed", computed), ("page", page))
        yield Entry(key, (), "outcomes", "", outcome.unit, "", "", "", outcome.en, outcome.zh, more)


def _columns() -> Iterator[Entry]:
    for of in columns.TABLES:
        for name, one in columns.known(of).items():
            if name in OUTCOMES and of in ("villages", "county"):
                continue  # outcomes are explained as such
            land = name in columns.LAND and of != "villagers"
            whose = "dates" if name in columns.DATES else "land" if land else of
            place = f"{whose}.{name}"
            words = f"field_{place}"
            codes = ", ".join(one.column.words)
            more = (("codes", codes),) if codes else ()
            unit, en, zh = one.column.unit, word(words, "en"), word(words, "zh")
            yield Entry(f"{of}.{name}", (), f"columns.{of}", "", unit, "", "", "", en, zh, more)


def entries() -> list[Entry]:
    """Return everything that can be explained.

    Parameters, policies, keys, mechanisms, outcomes, and columns that own outcomes may read.
    """
    keys = list(_keys())
    keys.sort(key=lambda entry: entry.group == "config")
    return [*_parameters(), *keys, *_mechanisms(), *_outcomes(), *_columns()]


#: what may be asked for besides what is found
_LISTS = ("plugins", "levers", "columns")


def find(key: str) -> list[Entry]:
    """Return the entries a key means: one, or a group's.

    Parameters
    ----------
    key : str
        A process, ``process.name``, a bare name, a policy, ``policy.field``, a key of a
        configuration, an outcome, or ``parameters``, ``policies``, ``outcomes``, ``columns``; else
        words that stand in what they are, Chinese or English.

    Raises
    ------
    InputError
        If nothing is called so; the message names the nearest.
    """
    everything = entries()
    key = key.strip().rstrip(".:")
    asked = tuple(key.split("."))
    exact = [e for e in everything if e.key == key or (e.path and e.path == asked)]
    group = [e for e in everything if e.group in (key, f"policies.{key}")]
    group += [e for e in everything if key == "columns" and e.group.startswith("columns.")]
    group += [e for e in everything if e.key.startswith(f"{key}.") and not e.path]
    if exact:
        return [*group, *(e for e in exact if e not in group)]
    group = group or [e for e in everything if (e.path or (e.group,))[: len(asked)] == asked]
    group = group or [e for e in everything if e.key.startswith(f"{key}.")]
    if group:
        return group
    bare = [e for e in everything if e.key.split(".")[-1] == key]
    if bare:
        return bare
    said = [e for e in everything if key and key.lower() in f"{e.zh}\n{e.en}".lower()]
    if said:
        return said
    names = {name for e in everything for name in (e.key, e.key.split(".")[-1], e.group)}
    words = {name.removeprefix("policies.") for name in names} | set(_LISTS)
    hint = nearest(key, words)
    raise InputError(
        f"nothing is called {key!r}{hint} (`hecun explain` lists parameters, policies and "
        "outcomes; own outcomes stand in their file: `hecun check --resolved FILE`)"
    )


def explain(key: str | None = None, lang: str = "en") -> str:
    """Return the account of a key, or tables of everything.

    Raises
    ------
    InputError
        If nothing is called so.
    """
    if key is not None and key.strip() == "plugins":
        return listed(lang)
    if key is not None and key.strip() in ("levers", "杠杆"):
        return _levers(lang)
    found = entries() if key is None else find(key)
    if len(found) == 1:
        return card(found[0], lang)
    groups = dict.fromkeys(entry.group for entry in found)
    return "\n\n".join(_table([e for e in found if e.group == g], g, lang) for g in groups)


def _levers(lang: str) -> str:
    """Return the table of what policies may set (`sim.model.levers.Levers`)."""
    heads = [word(f"explain_{key}", lang) for key in ("lever", "moved_by", "what")]
    rows = [[one.names, ", ".join(one.policies), stored(one.what, lang)] for one in levers()]
    return table(heads, rows, word("explain_all_levers", lang)) + "\n" + word("levers_note", lang)


def _moves(outcome: str, lang: str) -> str:
    """Return the table of the parameters that move an outcome most; nothing if none does."""
    found = moves(outcome)
    if not found:
        return word("moves_none", lang)
    known_as = {entry.key: entry for entry in _parameters()}
    rows = []
    for one in found:
        of = known_as[one.parameter]
        change = f"{one.difference:+.3g} ± {one.error:.1g}"
        rows.append([one.parameter, of.allowed(lang), change, of.confidence, of.what(lang)])
    heads = ("parameter", "range", "difference", "confidence", "what")
    title = word("moves_title", lang, unit=unit_label(OUTCOMES[outcome].unit, lang))
    note = word("moves_note", lang, of=found[0].of, all=len(known_as))
    return table([word(f"explain_{key}", lang) for key in heads], rows, title) + "\n" + note


def _value(entry: Entry, lang: str) -> str:
    return (
        word(f"explain_{entry.value}", lang) if entry.value in ("required", "off") else entry.value
    )


def _table(found: list[Entry], group: str, lang: str) -> str:
    """Return the table of one group under its title."""
    if group == "outcomes":
        heads = [word(f"explain_{key}", lang) for key in ("key", "unit", "what")]
        rows = [[e.key, unit_label(e.unit, lang), e.what(lang)] for e in found]
        return table(heads, rows, word("explain_outcomes", lang))
    if group.startswith("columns."):
        heads = [word(f"explain_{key}", lang) for key in ("key", "unit", "what")]
        rows = [[e.key.partition(".")[2], unit_label(e.unit, lang), _coded(e, lang)] for e in found]
        of = word(f"columns_of_{group.partition('.')[2]}", lang)
        return table(heads, rows, word("explain_columns", lang, of=of))
    if group == "mechanisms":
        heads = [word(f"explain_{key}", lang) for key in ("key", "sets", "what")]
        rows = [[e.key.partition(".")[2], dict(e.more)["sets"], e.what(lang)] for e in found]
        return table(heads, rows, word("explain_mechanisms", lang))
    is_parameter = bool(found[0].source)
    keys = ("key", "value", "unit", "range", "confidence", "what")
    heads = [
        word(f"explain_{key}", lang)
        for key in (keys if is_parameter else ("key", "default", "unit", "may_be", "what"))
    ]
    rows = [
        [e.key, _value(e, lang), unit_label(e.unit, lang), e.allowed(lang)]
        + [e.confidence] * is_parameter
        + [e.what(lang)]
        for e in found
    ]
    return table(heads, rows, _title(group, found[0], lang))


def _coded(entry: Entry, lang: str) -> str:
    """Return what a column is, with the words of its codes."""
    codes = dict(entry.more).get("codes")
    if not codes:
        return entry.what(lang)
    return word("columns_coded", lang, what=entry.what(lang), codes=codes)


def _title(group: str, first: Entry, lang: str) -> str:
    if group == "config":
        return word("explain_config", lang)
    if first.source:
        return word("explain_parameters", lang, process=group)

    what = {"name": group.removeprefix("policies."), "chinese": outline.chinese(first.path[:2])}
    return word("explain_policy", lang, **what, levers=dict(first.more).get("levers", ""))


def _said(key: str, text: str, lang: str) -> str:
    """Return a further line of an account in a language."""
    if key == "better":
        return word(f"better_{text}", lang)
    if key == "levels":
        return word("listed", lang).join(word(f"level_{one}", lang) for one in text.split(", "))
    return stored(text, lang) if key == "definition" else text


def card(entry: Entry, lang: str) -> str:
    """Return the full account of one entry."""
    both = [entry.zh, entry.en] if lang == "zh" else [entry.en, entry.zh]
    label = unit_label(entry.unit, lang)
    unit = f" {label}" if entry.unit not in ("", "1") else ""
    lines = [("what", " | ".join(text for text in both if text))]
    if entry.source:
        words = word(f"confidence_{entry.confidence}", lang)
        lines += [
            ("value", entry.value + unit),
            ("range", entry.allowed(lang) + unit),
            ("source", entry.source),
            ("confidence", word("explain_aside", lang, what=entry.confidence, aside=words)),
        ]
    elif entry.path:
        is_set = entry.value not in ("required", "off")
        lines += [
            ("default", _value(entry, lang) + (unit if is_set else "")),
            (
                "may_be",
                word("explain_aside", lang, what=entry.allowed(lang), aside=label)
                if unit
                else entry.allowed(lang),
            ),
        ]
    elif entry.unit:
        lines.append(("unit", label))
    lines += [(key, _said(key, text, lang)) for key, text in entry.more]
    if entry.path:
        sample = entry.value if entry.value not in ("required", "off", "") else "..."
        lines.append(("set", f"--set {'.'.join(entry.path)}={sample}"))
    said = [(word(f"explain_{key}", lang), text) for key, text in lines]
    columns = max(width(head) for head, _ in said)
    body = [f"  {padded(head, columns)}  {text}" for head, text in said]
    told = ["", _moves(entry.key, lang)] if entry.group == "outcomes" else []
    return "\n".join([entry.key, *body, *told])
