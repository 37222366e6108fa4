"""Tables of answers in a folder and at the terminal: written whole, read back, told in words."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.files import file_digest
from sim.lab import answers
from sim.lab.answers import text
from sim.words import word

TABLE = pd.DataFrame({"outcome": ["trust", "=x"], "effect": [0.5, 0.25], "n": [3, 4]})


def store(folder, answers=None):
    found = SimpleNamespace(folder=folder, manifest={"seed": 1} | (answers or {}))
    found.set_manifest = lambda told: setattr(found, "manifest", told)
    return found


@pytest.fixture
def made(monkeypatch, tmp_path):
    """A folder whose answers are two tables."""
    tables = {"effects": TABLE, "doses": TABLE[["n"]]}
    monkeypatch.setattr(answers, "answer", lambda results, experiment: tables)
    monkeypatch.setattr(answers, "estimates", lambda results, experiment: ({}, {}))
    monkeypatch.setattr(answers, "ExperimentResults", lambda folder: SimpleNamespace(folder=folder))
    return store(tmp_path)


def answered(made, again=False):
    said = []
    answers.answered(made, None, again, said.append)  # pyright: ignore[reportArgumentType]
    return said


FILES = ["tables/doses.csv", "tables/doses.parquet", "tables/effects.csv", "tables/effects.parquet"]


def test_tables_are_written_and_known_by_digest(made, tmp_path):
    assert answered(made) == []
    assert list(made.manifest["answers"]) == FILES and made.manifest["seed"] == 1
    for name in FILES:
        assert made.manifest["answers"][name] == file_digest(tmp_path / name)
    assert pd.read_parquet(tmp_path / "tables/effects.parquet").equals(TABLE)
    head, first, second = (tmp_path / "tables/effects.csv").read_text().splitlines()
    assert (head, first) == ("outcome,effect,n", "trust,0.5,3") and not second.startswith("=")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tables"]
    found = answers.read(made)
    assert list(found) == ["doses", "effects"] and found["effects"].equals(TABLE)


def test_tables_that_are_right_are_not_written_again(made, tmp_path, monkeypatch):
    answered(made)
    written = []
    monkeypatch.setattr(answers, "write", lambda *_: written.append(1) or ([], {}))
    assert answered(made) == [] and written == []
    answered(made, again=True)
    assert written == [1]
    (tmp_path / ".answering").mkdir()  # a kill while they were written
    made.manifest["answers"] = {name: file_digest(tmp_path / name) for name in FILES}
    answered(made)
    assert written == [1, 1]


def test_an_edited_table_is_refused_said_and_written_again(made, tmp_path):
    answered(made)
    path = tmp_path / "tables" / "effects.parquet"
    right = path.read_bytes()
    path.write_bytes(b"edited")
    (tmp_path / "tables" / "old.csv").touch()
    (tmp_path / "tables" / "mine.txt").touch()
    with pytest.raises(InputError, match=r"edited since it was written: tables/effects\.parquet"):
        answers.read(made)
    said = answered(made)
    assert said == ["Written again, it was not as it had been written: tables/effects.parquet"]
    assert path.read_bytes() == right and not (tmp_path / "tables" / "old.csv").exists()
    assert (tmp_path / "tables" / "mine.txt").exists()
    (tmp_path / "tables" / "._x.parquet").touch()  # of a file manager
    assert list(answers.read(made)) == ["doses", "effects"]


def test_methods_answer_with_tables_of_their_own(monkeypatch):
    monkeypatch.setattr(answers, "doses", lambda results: "doses")
    asked = []
    module = SimpleNamespace(tables=lambda *how: asked.append(how) or {"effects": "effects"})
    monkeypatch.setattr(answers, "import_module", lambda name: asked.append(name) or module)
    of = lambda method: SimpleNamespace(manifest={"experiment": method})  # noqa: E731
    experiment: Any = SimpleNamespace()
    plain: Any = of("another")
    assert answers.answer(plain, experiment) == {"doses": "doses"} and asked == []
    results: Any = of("search")
    assert answers.answer(results, experiment) == {"effects": "effects", "doses": "doses"}
    assert asked == ["sim.lab.answers.search", (results, experiment)]


# --- at the terminal -----------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """Return what is shown of tables."""

    def shown(lang="en", **tables):
        monkeypatch.setattr(text, "read", lambda results: tables)
        return text.answers_text(None, lang)  # pyright: ignore[reportArgumentType]

    return shown


def test_tables_have_titles_and_long_ones_are_silent(shown):
    found = shown(posterior=TABLE, doses=TABLE, effects=TABLE, front=TABLE[:0], strange=TABLE)
    first, second = found.split("\n\n")
    title, head, *rows = first.splitlines()
    assert title == f"{word('title_effects', 'en')} (tables/effects.csv)"
    assert head.split() == ["outcome", "effect", "n"] and len(rows) == 2
    assert rows[0].split()[-2:] == ["0.500", "3"] and rows[0].startswith("Trust")
    assert second.startswith("strange (tables/strange.csv)\n")
    assert shown(doses=TABLE) == ""
    screened = shown(effects=TABLE.assign(mu_star=1.0))
    assert screened.startswith(text._said("title_screened", "en", None))


def test_a_table_of_one_row_is_shown_a_line_a_column(shown):
    one = pd.DataFrame({"points": [12], "policies.possible": [0.5]})
    assert [row.split() for row in shown(calibration=one).splitlines()[1:]] == [
        ["points", "12"],
        ["possible", "0.500"],
    ]
    two = pd.concat([one, one])
    assert shown(calibration=two).splitlines()[1].split() == ["points", "possible"]
    assert shown(effects=one).splitlines()[1].split() == ["points", "possible"]


def test_of_interactions_those_that_are_told_from_nothing_are_shown(shown):
    frame = pd.DataFrame({"factor": [f"f{i}" for i in range(16)], "its_level": "x"})
    frame["low"] = [0.0, -1.0, -2.0] + [0.5] * 13
    frame["high"] = [1.0, 0.0, -1.0] + [0.75] * 13
    title = word("title_pairs", "en", sure=14, all=16)
    found = shown(interactions=frame)
    assert found.startswith(f"{title} (tables/interactions.csv)\n")
    lines = found.removeprefix(title).splitlines()
    assert [line.split()[0] for line in lines[2:]] == [
        "f2",
        *(f"f{i}" for i in range(3, 14)),
        "...",
    ]
    assert lines[-1] == "... 2"


def test_months_are_said_of_the_first_few_pairs():
    names = [f"a{i}" for i in range(14)]
    results = SimpleNamespace(
        manifest={"experiment": "compare", "baseline": "a0"},
        levels=lambda: {i + 1: {"arm": name} for i, name in enumerate(names)},
        months=lambda: {i + 1: "2019-01 to 2019-02" if i else "2019-01 to 2019-06"
                        for i in range(14)},
    )  # fmt: skip
    said = text.months_text(results)  # pyright: ignore[reportArgumentType]
    assert len(said) == 12 and "a1 2019-01 to 2019-02, a0 2019-01 to 2019-06" in said[0]


def test_texts_name_columns_as_they_are_called():
    plain = text._said("title_screened", "en", None)
    called = text._said("title_screened", "en", lambda name: f"<{name}>")
    assert "mu_star_luck" in plain and "<mu_star_luck>" in called and "<" not in plain
    assert text.cell_text("box", "stands") == text._said("box_stands", "en", None)
    assert text.cell_text("n", np.int64(3)) == "3" or text.cell_text("n", 3) == "3"
    assert text.cell_text("x", 0.25) == "0.250" and text.cell_text("x", "policies.a") == "a"
