"""What the lists teach: scores on made-up tables with known answers, and the tables' sums."""

import numpy as np
import pandas as pd
import pytest

from docs import make_lessons as lessons


@pytest.fixture(scope="module")
def made_up():
    """40 counties of 4 provinces; a share is its prefecture's, and no trait tells it."""
    rng = np.random.default_rng(2)
    code = [f"{p}{city:02d}{i:02d}" for p in (11, 12, 13, 14) for city in (1, 2) for i in range(5)]
    table = pd.DataFrame({"county": code})
    table = table.assign(province=table.county.str[:2], prefecture=table.county.str[:4])
    centre = dict(zip(table.prefecture.unique(), rng.uniform(0.3, 0.8, 8), strict=True))
    share = table.prefecture.map(centre) + rng.normal(0, 0.01, 40)
    return table.assign(kept=share, year=2020, **{t: rng.normal(size=40) for t in lessons.TRAITS})


def test_the_prefecture_is_found_and_traits_are_not(made_up):
    models = {
        "constant": lessons.constant("kept"),
        "prefecture": lessons.of_place("kept", ("province", "prefecture")),
        "traits": lessons.ridge("kept", lessons.TRAITS, []),
    }
    rows = lessons.score_share(made_up, "kept", "county", models).set_index("model")
    assert rows.loc["prefecture", "high"] < 0 and rows.loc["prefecture", "explained"] > 0.5
    assert rows.loc["traits", "high"] > -0.01
    assert rows.loc["constant", "difference"] == 0
    assert rows.loc["prefecture", "better"] >= 3 and rows.loc["prefecture", "of"] == 4


def test_a_prediction_never_sees_what_it_predicts(made_up):
    seen = []

    def predict(train, test):
        seen.append(set(train.province) & set(test.province))
        return np.full(len(test), train.kept.mean())

    first = lessons.left_out(made_up, "province", predict)
    assert len(seen) == 4 and not any(seen)
    moved = made_up.assign(kept=made_up.kept.where(made_up.province != "11", 0.0))
    own = (made_up.province == "11").to_numpy()
    again = lessons.left_out(moved, "province", predict)
    assert (again[own] == first[own]).all() and (again[~own] != first[~own]).all()


def test_ridge_finds_a_trait_that_tells(made_up):
    told = made_up.assign(kept=0.5 + 0.1 * made_up["land"].clip(-2, 2))
    found = lessons.left_out(told, "county", lessons.ridge("kept", lessons.TRAITS, []))
    assert np.abs(found - told.kept).mean() < 0.02


def test_equal_scores_share_a_place():
    group, score = np.array([0, 0, 0, 0, 1, 1]), np.array([2.0, 1, 1, 0, 5, 5])
    found = lessons._taken(group, score, np.array([2.0, 2, 2, 2, 1, 1]))
    assert found.tolist() == [1.0, 0.5, 0.5, 0.0, 0.5, 0.5]


def test_the_first_in_the_list_is_found_to_survive():
    rows = [
        {"county": f"{p}{c}", "province": p, "town": f"{p}{c} {t}", "kept": float(i == 0),
         "namesake": float(i == 3), "place": i / 3}
        for p in ("11", "12") for c in range(5) for t in range(3) for i in range(4)
    ]  # fmt: skip
    found = lessons.score_names(pd.DataFrame(rows), "province").set_index("model")["error"]
    assert found["chance"] == 0.75 and found["first in the list"] == 0.0
    assert found["namesake of the township"] == 1.0 and found["both, learned"] == 0.0


def test_proportional_townships_need_no_weight():
    rows = [
        {"step": c, "county": c, "province": c[0], "before": n, "after": n // 2}
        for c in ("11", "12", "21", "22")
        for n in (4, 10, 20)
    ]
    found = lessons.score_townships(pd.DataFrame(rows), "county", shipped=True)
    assert found["model"].tolist() == ["proportional", "learned", "the planner's weight"]
    assert found["error"][0] == 0 and (found["low"][1:] >= 0).all()


def test_verdicts_say_what_nothing_beats():
    rows = pd.DataFrame(
        {"model": ["constant", "a", "b"], "error": [0.2, 0.1, 0.3], "low": [0, -0.2, 0.05],
         "high": [0, 0.01, 0.2]}
    )  # fmt: skip
    said = lessons.verdict(rows, 100, 1, "points")
    assert (
        said.startswith("**Nothing beats") and "20.0 points" in said and "Worse than it: b" in said
    )
    rows.loc[1, "high"] = -0.01
    assert lessons.verdict(rows, 100, 1, "points").endswith("): a, 10.0.")


def test_the_tables_are_the_atlas_and_the_page_says_so():
    counties = lessons.county_table()
    assert len(counties) == 422 and counties.county.nunique() == 402
    assert (counties.kept <= 0.85).all() and counties.named.between(0, 1).all()
    assert counties[lessons.TRAITS].notna().all(axis=None)
    towns = lessons.township_table()
    assert (towns.after <= towns.before).all() and (towns.after >= 1).all()
    page = lessons.PAGE.read_text("utf-8")
    assert "422 county-years of 402 counties" in page and f"({len(towns):,} townships" in page
    rows = lessons.score_townships(towns, "province")
    assert lessons.table_of(rows, 1, 3, ("rule", "villages wrong")) in page


@pytest.mark.slow
def test_the_page_is_what_the_script_writes():
    text = lessons.PAGE.read_text("utf-8")
    assert lessons.written(text) == text
