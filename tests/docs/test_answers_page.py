"""The page of answers: what is void is said, and what a report says is compared with it."""

from pathlib import Path

from docs.answers.__main__ import void, with_note
from docs.answers.calibrated import agrees, published, quantities

PAGE = (Path(__file__).parent.parent.parent / "docs" / "answers.md").read_text("utf-8")
RUN = "# Answers\n\nText.\n\n| `hecun experiment experiments/a.yaml` | compare | {} |\n"


def test_answers_of_other_code_are_called_void():
    """`python -m docs.answers --note` writes the note anew."""
    assert with_note(PAGE) == PAGE


def test_the_note_names_what_is_void_and_goes_when_nothing_is(monkeypatch):
    old = RUN.format("0" * 16)
    noted = with_note(old)
    assert void(old) == ["a"] and "run: a. Numbers" in noted.replace("\n> ", " ")
    assert with_note(noted) == noted and noted.endswith(old.partition("\n\n")[2])
    monkeypatch.setattr("docs.answers.__main__.simulation_digest", lambda: "0" * 16)
    assert with_note(noted) == old


def test_dechangs_secretaries_are_compared_with_the_report():
    between, said = published("secretaries_share")
    assert between[0] < 0.2324 < between[1] and "23.24 %" in said
    assert agrees([0.43, 0.57, 0.70], between) == "**no**"
    assert published("age_after") == (None, "not reported")
    assert published("posts_after")[1].endswith("set, not predicted")
    assert published("age_after", "leshan")[1].endswith("fitted, not predicted")
    row = next(line for line in PAGE.splitlines() if line.startswith("| secretaries who"))
    assert said in row and row.split("|")[-3].strip() == "in part"  # anything from 0.1 to 0.9


def test_what_is_circular_says_so():
    told = {name: said for name, (_, _, (_, said)) in quantities("whole").items()}
    for name in ("return on assets", "trust in absorbed villages, change"):
        assert "not independent" in told[name]
    assert "resident poverty cadres" in told["distress among cadres before"]
    assert "Leshan village cadres" not in PAGE
