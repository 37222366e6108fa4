"""The catalogue of outcomes: a table that says of every outcome what it is, in both languages."""

import re

import pytest

from sim.errors import InputError
from sim.model.outcomes.catalogue import BY_PLAN, HEADLINE, OUTCOMES, Outcome
from sim.model.tables import read_rows


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda o: o.key)
def test_outcome_is_complete(outcome):
    assert outcome.key.isidentifier() and outcome.unit and outcome.en
    assert re.search(r"[\u4e00-\u9fff]", outcome.zh) and len(outcome.definition) >= 9


def test_named_outcomes_are_in_the_catalogue():
    assert OUTCOMES.keys() >= {*HEADLINE, *BY_PLAN}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            "reach,1,Reach,可及率,mroe,yes,needs met",
            "better: 'mroe' is none of more, less, neither",
        ),
        ("reach,1,Reach,可及率,more,true,needs met", "village: 'true' is none of yes, no"),
        ("trust,1,Trust,信任,more,yes,again", "trust is there already"),
    ],
)
def test_mistake_in_the_table_is_named_with_its_line(tmp_path, cells, said):
    path = tmp_path / "outcomes.csv"
    text = "key,unit,en,zh,better,village,definition\ntrust,1,Trust,信任,more,yes,mean trust\n"
    path.write_text(f"{text}{cells}\n", "utf-8")
    with pytest.raises(InputError) as error:
        read_rows(path, Outcome, key=("key",))
    assert str(error.value).startswith(f"{path}:3: {said}")
