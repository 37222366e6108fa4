"""Chinese of what is written in English where it arises: complete, and put together rightly."""

import ast
import inspect
import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

import sim
from sim.about.influences import levers
from sim.cli import main
from sim.config import outline
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import parameters
from sim.terminal.helping import _paragraph
from sim.terminal.language import speak
from sim.words import WORDS
from sim.words.translating import chinese, pairs

ROOM = Path(sim.__file__).parent
FILES = sorted((ROOM / "words" / "chinese").glob("*.txt"))
#: exceptions of the Python API, met by those who write code
_OF_CODE = {"TypeError", "AttributeError", "IndexError", "KeyError", "RuntimeError", "NeedsError"}
#: rooms that only code calls
_CODE = (
    "model/agents",
    "notebook",
    "model/ledger.py",
    "api.py",
    "words",
    "later.py",
    "lab/methods",
)
#: messages that are nothing but their parts, each of which has its Chinese
BY_PARTS = {"{} to {}", "counties: {}", "parts: {}", "policies.{}.start {} {}"}


def form(text: str) -> str:
    """Return a text with ``{}`` for every field."""
    parts = Formatter().parse(text)
    return "".join(p + ("{}" if name is not None else "") for p, name, *_ in parts).strip("\n")


def templates(node: ast.AST, every: bool = False) -> list[str]:
    """Return the sentences (or every text) inside a node, with ``{}`` for what is filled in."""
    found = []
    for inside in ast.walk(node):
        if isinstance(inside, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in inside.values)
            found.append("".join(map(str, parts)))
    pieces = {id(p) for n in ast.walk(node) if isinstance(n, ast.JoinedStr) for p in n.values}
    found += [
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in pieces
    ]
    sentence = re.compile("" if every else r"[a-z]{2,}[,;:]? [a-z({]")
    return [text.strip("\n") for text in found if sentence.search(text)]


def raised() -> set[str]:
    """Return the texts of errors that a user of the command line may meet."""
    found: set[str] = set()
    for path in ROOM.rglob("*.py"):
        if path.relative_to(ROOM).as_posix().startswith(_CODE):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = ast.unparse(node.exc.func)
                if name not in _OF_CODE:
                    found.update(templates(node.exc))
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("self.say", "say", "Problem", "language.said", "said"):
                found.update(t for argument in node.args for t in templates(argument))
    return found


def helped() -> list[str]:
    """Return the paragraphs of the commands' help, and what their options are."""
    found: list[str] = []
    for command in (main, *main.commands.values()):
        for text in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "")):
            lines = text.split("\n")[1:] if text.startswith("\b") else [text]
            found += [line for line in lines if line.strip() and not line.startswith("- ")]
        found += [str(given) for one in command.params if (given := getattr(one, "help", None))]
    return found


def read(name: str) -> list[str]:
    """Return the English of a file of pairs."""
    lines = (ROOM / "words" / "chinese" / f"{name}.txt").read_text("utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if not line.startswith(("  ", "# "))]


def test_every_error_has_its_chinese() -> None:
    known = {form(english) for english in pairs()}
    texts = raised()
    assert len(texts) > 300
    assert {text for text in texts if text not in known} == BY_PARTS


def test_what_has_chinese_is_written_somewhere() -> None:
    """But for what Click and the system say, and what is put together of several."""
    trees = [ast.parse(p.read_text("utf-8")) for p in ROOM.rglob("*.py")]
    written = {text for tree in trees for text in templates(tree, every=True)}
    written |= {" ".join(text.split()) for text in helped()}
    written |= {one.definition for one in OUTCOMES.values()} | {one.what for one in levers()}
    elsewhere = {form(text) for name in ("click", "parts") for text in read(name)}
    assert {form(text) for text in pairs()} - written - elsewhere == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_pairs_are_pairs(file: Path) -> None:
    lines = [x for x in file.read_text("utf-8").splitlines() if not x.startswith("# ")]
    assert all(line.startswith("  ") == bool(at % 2) for at, line in enumerate(lines))


def test_a_text_is_once_there() -> None:
    english = [
        form(line)
        for file in FILES
        for line in file.read_text("utf-8").splitlines()
        if not line.startswith(("  ", "# "))
    ]
    assert {text: n for text, n in Counter(english).items() if n > 1} == {}


@pytest.mark.parametrize("english", pairs())
def test_fields_are_those_of_the_english(english: str) -> None:
    names = [{name for _, name, *_ in Formatter().parse(text) if name} for text in
             (english, pairs()[english])]  # fmt: skip
    assert names[1] <= names[0]


def test_help_is_whole_in_chinese() -> None:
    speak("zh")
    try:
        for text in helped():
            plain = " ".join(text.split())
            found = _paragraph(text)
            assert re.search("[\u4e00-\u9fff]", found) and (found != plain or "hecun " in text)
    finally:
        speak("en")


def test_units_and_definitions_have_their_chinese() -> None:
    units = {p.unit for catalogue in parameters().values() for p in catalogue.values()}
    units |= {node.get("x-unit", "") for _, node in outline.leaves()} - {""}
    assert {unit for unit in units if f"unit_{unit}" not in WORDS} == set()
    texts = [*(one.definition for one in OUTCOMES.values()), *(one.what for one in levers())]
    assert [text for text in texts if text not in pairs()] == []


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("a.yaml:3:5: month: unknown key; did you mean 'months'?",
         "a.yaml:3:5: month：未知的键；是否想写 'months'？"),
        ("a.yaml:2:9: months: expected a whole number from 1 to 1200 (months), got the text 'many'",
         "a.yaml:2:9: months：应为1 至 1200 的整数（个月），实际为文字 'many'"),
        ("a.yaml:2:7: seed: -1 is out of range; expected a whole number of at least 0 and below 9",
         "a.yaml:2:7: seed：-1 超出允许范围；应为不小于 0 且小于 9 的整数"),
        ("/x/my file.yaml: no such file in /x; did you mean 'a.yaml'?",
         "/x/my file.yaml：/x 中没有这个文件；是否想写 'a.yaml'？"),
        ("v.csv:row 2, column registered: -9 is out of range; expected a whole number above 0",
         "v.csv:第 2 行，registered 列: -9 超出范围；应为整数，大于 0"),
        ("a.yaml:1:5: policies.x.by: 'totl' is unknown; expected 'fixed' or 'total'",
         "a.yaml:1:5: policies.x.by：没有 'totl'；应为 'fixed' 或 'total'"),
        ("12 of 40 runs, 1 failed; 3 min left", "已完成 12/40 次运行，1 次失败；剩余 3 分钟"),
        ("德昌县", "德昌县"), ("", ""), ("what nobody wrote: 'x'", "what nobody wrote: 'x'"),
    ],
)  # fmt: skip
def test_messages_put_together(english: str, said: str) -> None:
    assert chinese(english) == said


@pytest.mark.parametrize("text", ["{", "a} {b", "x" * 50_000, "a: " * 300, "or and ; , " * 200])
def test_any_text_passes(text: str) -> None:
    assert isinstance(chinese(text), str)
