"""Words: both languages, each key once, each that is used there, each that is there used."""

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest

import sim
from sim.about.literature import numbers
from sim.config.outline import leaves
from sim.errors import InputError
from sim.lab.answers.columns import ENDINGS
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.columns import DATES, LAND, TABLES, columns
from sim.model.parameters import parameters
from sim.words import LANGUAGES, WORDS, check_language, known, unit_label, word
from sim.words.labels import key_label, outcome_label
from sim.words.lookup import THEMES, _joined

ROOM = Path(sim.__file__).parent
FILES = [Path(str(theme.__file__)) for theme in THEMES]
#: what speaks: everything but the words themselves
SPEAKERS = [*(p for p in ROOM.rglob("*.py") if p not in FILES), *ROOM.parent.glob("docs/*.py")]
NODES = [n for p in SPEAKERS for n in ast.walk(ast.parse(p.read_text("utf-8")))]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_things(key: str) -> None:
    english, chinese = WORDS[key]
    assert english and chinese
    assert fields(english) == fields(chinese) - {"chinese"}  # a name beside the key


def test_a_key_in_two_themes_is_refused() -> None:
    with pytest.raises(KeyError, match="defined twice: n"):
        _joined({"n": ("n", "n")}, {"m": ("m", "m")}, {"n": ("n", "村数")})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_key_is_once_in_its_theme(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    found = Counter(
        ast.literal_eval(key)
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if key is not None
    )
    assert found and {key: count for key, count in found.items() if count > 1} == {}


def pattern(text: ast.expr) -> str:
    """Return a string, or an f-string with ``*`` for what is filled in."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(p.value if isinstance(p, ast.Constant) else "*" for p in parts)  # type: ignore


def asked() -> set[str]:
    """Return the keys that are looked up, with ``*`` for what is filled in."""
    found = set()
    for node in NODES:
        function = getattr(node, "func", None)
        name = getattr(function, "id", getattr(function, "attr", ""))
        if name in ("word", "known") and isinstance(node, ast.Call) and node.args:
            key = node.args[0]
            options = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
            found |= {pattern(o) for o in options if isinstance(o, ast.Constant | ast.JoinedStr)}
    return found


def test_every_key_used_exists() -> None:
    keys = asked()
    assert len(keys) > 150
    exist = {re.escape(key).replace(r"\*", ".+"): key for key in keys}
    assert [key for e, key in exist.items() if not any(re.fullmatch(e, w) for w in WORDS)] == []


def test_no_key_is_left_that_nothing_asks_for() -> None:
    said = {n.value for n in NODES if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    names = said | {keyword.arg for n in NODES for keyword in getattr(n, "keywords", ())}
    names |= {name.removesuffix(f"_{end}") for name in said for end in ENDINGS}
    names |= {outcome.unit for outcome in OUTCOMES.values()}
    names |= {p.unit for catalogue in parameters().values() for p in catalogue.values()}
    names |= {node.get("x-unit", "") for _, node in leaves()}
    names |= {number.unit for number in numbers()}
    names |= {f"{of}.{name}" for of in TABLES for name in columns(of)}
    names |= {f"land.{name}" for name in LAND} | {f"dates.{name}" for name in DATES}
    made = {pattern(node) for node in NODES if isinstance(node, ast.JoinedStr)}
    made = {re.escape(p).replace(r"\*", "(.+)") for p in made if re.fullmatch(r"\w+_\*|\*_\w+", p)}

    def is_asked(key: str) -> bool:
        filled = [found[1] for form in made if (found := re.fullmatch(form, key))]
        return key in said or any(name in names for name in filled)

    assert [key for key in WORDS if not is_asked(key)] == []


def test_columns_are_called_in_english_what_they_are_named() -> None:
    heads = {key: text for key, (text, _) in WORDS.items() if key.startswith("column_")}
    assert heads == {key: key.removeprefix("column_").replace("_", " ") for key in heads}


def test_words_are_filled_in_and_a_language_without_words_is_refused() -> None:
    assert word("map_said", "zh", outcome="县", before="1", after="2") == "县：全县 1 → 2"
    assert known("map_said ", "en", "no such words") == "no such words"
    assert [check_language(lang) for lang in LANGUAGES] == ["en", "zh"]
    with pytest.raises(InputError, match="language 'fr': expected one of en, zh"):
        check_language("fr")


def test_every_unit_of_the_catalogue_has_words() -> None:
    assert {f"unit_{outcome.unit}" for outcome in OUTCOMES.values()} <= set(WORDS)


def test_units_and_outcomes_in_both_languages() -> None:
    assert unit_label("h/month", "zh") == "小时/月"
    assert unit_label("furlong", "zh") == "furlong"
    assert outcome_label("trust", "en") == OUTCOMES["trust"].en
    assert outcome_label("trust", "zh") == OUTCOMES["trust"].zh
    assert outcome_label("gone", "zh") == "gone"


@pytest.mark.parametrize(
    ("key", "english", "chinese"),
    [
        ("policies.combined_role", "combined role", "书记主任“一肩挑”"),
        ("policies.combined_role.share", "combined role: share", "“一肩挑”的村所占比例"),
        ("policies.merger.population.min", "merger: population: min", "新村户籍人口下限"),
        (
            "policies.merger.ramp_months",
            "merger: ramp months",
            "村建制调整（合村）：逐步到位的月数",
        ),
        (
            "parameters.hours.admin_share",
            "hours that administration took in the reference village",
            "改革前行政事务工时占比",
        ),
        (
            "parameters.service.visit_sigma_km",
            "reach of an office",
            "服务半径（高斯衰减）",
        ),
        (
            "parameters.oversight.leader_check",
            "of the decisions about money, seen by a second village leader",
            "另一名主职能看到的资金决策比例",
        ),
        (
            "policies.headcount#pilot.lines",
            "headcount#pilot: lines",
            "村对应的专职岗位条线数（pilot）",
        ),
        (
            "policies.pay.where.townships",
            "pay: where: townships",
            "村干部报酬：适用的乡镇（改革前）",
        ),
        ("my_arm", "my arm", "my arm"),
    ],
)
def test_keys_of_a_configuration_in_both_languages(key: str, english: str, chinese: str) -> None:
    assert (key_label(key, "en"), key_label(key, "zh")) == (english, chinese)
