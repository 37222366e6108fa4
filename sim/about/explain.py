"""What a parameter, a policy's lever, a key of a configuration or an outcome is."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from sim.console import table
from sim.errors import InputError, nearest

_CONFIDENCE = {
    "A": ("seen in the right context or a causal design", "有直接证据"),
    "B": ("seen in a proxy context or derived", "有相近证据或由此推得"),
    "C": ("memory or judgement: sweep it", "判断取值，须做扫描"),
}
_WORDS = {
    "what": ("what", "含义"),
    "key": ("key", "键"),
    "value": ("value", "取值"),
    "default": ("default", "默认值"),
    "unit": ("unit", "单位"),
    "range": ("plausible range", "合理范围"),
    "may_be": ("may be", "可取"),
    "source": ("source", "来源"),
    "confidence": ("confidence", "可信度"),
    "levers": ("moves the levers", "作用的杠杆"),
    "set": ("set it with", "写法"),
    "better": ("better", "以何为好"),
    "levels": ("levels", "记录层级"),
    "definition": ("definition", "定义"),
    "parameters": ("PARAMETERS of", "参数："),
    "policy": ("POLICY", "政策："),
    "config": ("KEYS of a configuration", "配置文件的键"),
    "outcomes": ("OUTCOMES", "结果指标"),
    "mechanisms": (
        "MECHANISMS that `switched_off: [...]` can name",
        "可由 switched_off 关闭的机制",
    ),
    "sets": ("sets", "取值"),
    "required": ("required", "必填"),
    "off": ("not given", "不设"),
    "ratio": ("ratio", "比值"),
}
_BETTER = {"more": "越高越好", "less": "越低越好", "neither": "无优劣之分"}


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
        Process, ``policies.NAME``, ``config`` or ``outcomes``.
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
    from sim.model.parameters import parameters

    for process, known in parameters().items():
        for name, p in known.items():
            yield Entry(
                f"{process}.{name}",
                ("parameters", process, name),
                process,
                f"{p.value:g}",
                p.unit,
                f"{p.low:g} to {p.high:g}",
                p.source,
                p.confidence,
                p.en,
                p.zh,
                range_zh=f"{p.low:g} 至 {p.high:g}",
            )


def _keys() -> Iterator[Entry]:
    from sim.config import outline
    from sim.config.chinese import chinese
    from sim.model.policies import POLICIES

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
            chinese(path),
            (("levers", ", ".join(POLICIES[policy].levers)),) if policy else (),
            " 或 ".join(dict.fromkeys([*(o.range_zh for o in others), _allowed_zh(node)])),
        )
    yield from seen.values()


def _allowed_zh(field: dict[str, Any]) -> str:
    """Return in Chinese what a key may hold."""
    from sim.config import outline

    words = {"integer": "整数", "number": "数", "string": "文字", "array": "列表 [a, b]"}
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    found = []
    for node in outline.branches(field):
        if "enum" in node or "const" in node:
            found.append(" 或 ".join(map(str, node.get("enum", [node.get("const")]))))
        elif "x-expected-zh" in node:
            found.append(node["x-expected-zh"])
        elif "pattern" in node:
            found.append("年-月，如 2020-04")
        elif node.get("type") == "boolean":
            found.append("true 或 false")
        else:
            limits = [f"{sign}{node[k]:g}" for k, sign in signs.items() if k in node]
            found.append(" ".join([words.get(node.get("type", ""), ""), *limits]))
    return " 或 ".join(dict.fromkeys(found))


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
    from sim.model.parameters.mechanisms import MECHANISMS

    for name, off in MECHANISMS.items():
        sets = ", ".join(f"{key} = {value:g}" for key, value in off.neutral.items())
        en, zh = f"without {off.en}", f"关闭：{off.zh}"
        yield Entry(
            f"switched_off.{name}", (), "mechanisms", "", "", "", "", "", en, zh, (("sets", sets),)
        )


def _outcomes() -> Iterator[Entry]:
    if find_spec("sim.model.outcomes.catalogue") is None:
        return
    from sim.model.outcomes.catalogue import OUTCOMES

    for key, outcome in OUTCOMES.items():
        levels = ", ".join(outcome.levels)
        more = (("better", outcome.better), ("levels", levels), ("definition", outcome.definition))
        yield Entry(key, (), "outcomes", "", outcome.unit, "", "", "", outcome.en, outcome.zh, more)


def entries() -> list[Entry]:
    """Return everything that can be explained: parameters, policies, keys, mechanisms, outcomes."""
    keys = list(_keys())
    keys.sort(key=lambda entry: entry.group == "config")
    return [*_parameters(), *keys, *_mechanisms(), *_outcomes()]


def find(key: str) -> list[Entry]:
    """Return the entries a key means: one, or a group's.

    Parameters
    ----------
    key : str
        A process, ``process.name``, a bare name, a policy, ``policy.field``, a key of a
        configuration, an outcome, or ``parameters``, ``policies``, ``outcomes``; else words
        that stand in what they are, Chinese or English.

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
    words = {name.removeprefix("policies.") for name in names}
    hint = nearest(key, words)
    raise InputError(
        f"nothing is called {key!r}{hint} (`hecun explain` lists parameters, policies and outcomes)"
    )


def explain(key: str | None = None, lang: str = "en") -> str:
    """Return the account of a key, or tables of everything.

    Raises
    ------
    InputError
        If nothing is called so.
    """
    found = entries() if key is None else find(key)
    if len(found) == 1:
        return card(found[0], lang)
    groups = dict.fromkeys(entry.group for entry in found)
    return "\n\n".join(_table([e for e in found if e.group == g], g, lang) for g in groups)


def _word(word: str, lang: str) -> str:
    return _WORDS[word][lang == "zh"]


def _value(entry: Entry, lang: str) -> str:
    return _word(entry.value, lang) if entry.value in ("required", "off") else entry.value


def _table(found: list[Entry], group: str, lang: str) -> str:
    """Return the table of one group under its title."""
    if group == "outcomes":
        heads = [_word(w, lang) for w in ("key", "unit", "what")]
        rows = [[e.key, e.unit, e.what(lang)] for e in found]
        return table(heads, rows, _word("outcomes", lang))
    if group == "mechanisms":
        heads = [_word(w, lang) for w in ("key", "sets", "what")]
        rows = [[e.key.partition(".")[2], dict(e.more)["sets"], e.what(lang)] for e in found]
        return table(heads, rows, _word("mechanisms", lang))
    is_parameter = bool(found[0].source)
    heads = [
        _word(w, lang)
        for w in (
            "key",
            "value" if is_parameter else "default",
            "unit",
            "range" if is_parameter else "may_be",
        )
    ]
    heads += [_word("confidence", lang)] * is_parameter + [_word("what", lang)]
    rows = [
        [e.key, _value(e, lang), "" if e.unit == "1" else e.unit, e.allowed(lang)]
        + [e.confidence] * is_parameter
        + [e.what(lang)]
        for e in found
    ]
    return table(heads, rows, _title(group, found[0], lang))


def _title(group: str, first: Entry, lang: str) -> str:
    gap = "" if lang == "zh" else " "
    if group == "config":
        return _word("config", lang)
    if first.source:
        return f"{_word('parameters', lang)}{gap}{group}"
    from sim.config.chinese import LABELS

    name = group.removeprefix("policies.")
    said = f" {LABELS.get(group, '')}" if lang == "zh" else ""
    levers = dict(first.more).get("levers", "")
    return f"{_word('policy', lang)}{gap}{name}{said} ({_word('levers', lang)}: {levers})"


def card(entry: Entry, lang: str) -> str:
    """Return the full account of one entry."""
    both = [entry.zh, entry.en] if lang == "zh" else [entry.en, entry.zh]
    unit = "" if entry.unit in ("", "1") else f" {entry.unit}"
    lines = [("what", " | ".join(text for text in both if text))]
    if entry.source:
        words = _CONFIDENCE[entry.confidence][lang == "zh"]
        lines += [
            ("value", entry.value + unit),
            ("range", entry.allowed(lang) + unit),
            ("source", entry.source),
            ("confidence", f"{entry.confidence} ({words})"),
        ]
    elif entry.path:
        is_set = entry.value not in ("required", "off")
        lines += [
            ("default", _value(entry, lang) + (unit if is_set else "")),
            ("may_be", entry.allowed(lang) + (f" ({entry.unit})" if unit else "")),
        ]
    elif entry.unit:
        lines.append(("unit", _word("ratio", lang) if entry.unit == "1" else entry.unit))
    lines += [
        (word, _BETTER.get(text, text) if lang == "zh" else text) for word, text in entry.more
    ]
    if entry.path:
        sample = entry.value if entry.value not in ("required", "off", "") else "..."
        lines.append(("set", f"--set {'.'.join(entry.path)}={sample}"))
    from rich.cells import cell_len

    width = max(cell_len(_word(word, lang)) for word, _ in lines)
    body = [
        f"  {_word(word, lang)}{' ' * (width - cell_len(_word(word, lang)))}  {text}"
        for word, text in lines
    ]
    return "\n".join([entry.key, *body])
