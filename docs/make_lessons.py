"""Write docs/lessons_of_lists.md: what the lists of China teach about mergers, scored.

    python -m docs.make_lessons

Every prediction is of a county (or province) that its weights were not learned from, and is
compared with the simplest rule there is. Random forests need the extra `analysis`.
"""

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from docs.answers.planner.grouped_logit import Grouped
from docs.answers.planner.merger_lessons import mean_over_counties
from sim.about.atlas import CountyYear, county_years
from sim.errors import InputError
from sim.lab.methods.forecast import crps, middle
from sim.model.world.certainty import joint_names
from sim.model.world.partition import apportion
from sim.model.world.reform import Reform, read_reform
from sim.model.world.registry import base_name, registry_units
from sim.model.world.spread import LARGE_TOWNSHIPS, expected_villages, whole_villages
from sim.model.world.unitnames import township_base

PAGE = Path(__file__).parent / "lessons_of_lists.md"
MARKS = "<!-- scores -->\n", "<!-- end -->"
#: counties of a province that draw it half way from the mean of all to its own
_PULL = 5.0
_PENALTIES = np.geomspace(0.1, 1000.0, 13)
_FEW = 10  # counties of a province that is named alone
Predict = Callable[[pd.DataFrame, pd.DataFrame], np.ndarray]


# --- tables ---------------------------------------------------------------------------------------


@cache
def reforms() -> tuple[tuple[CountyYear, Reform], ...]:
    """Return the county-years of the atlas whose two lists can be compared."""
    found = []
    for each in county_years():
        change = each.change
        try:
            reform = read_reform(each.county.code, change.before, year_after=change.after)
        except InputError:
            continue
        if reform.match is not None and reform.after is not None:
            found.append((each, reform))
    return tuple(found)


@cache
def county_table() -> pd.DataFrame:
    """Return a row for every county-year.

    Columns: county, province, prefecture, year; kept (share of villages, whatever became of the
    others), named (share of the villages after whose name a village had before); traits before.
    """
    rows = []
    for each, reform in reforms():
        county, change = each
        assert reform.match is not None and reform.after is not None
        before = registry_units(county.code, change.before).villages_only()
        anchored = {row for row in reform.match.anchor if row >= 0}
        communities = county.communities[change.before]
        units = change.villages_before + communities
        rows.append(
            {
                "county": county.code,
                "province": county.code[:2],
                "prefecture": county.code[:4],
                "year": change.after,
                "kept": 1.0 - change.lost,
                "named": len(anchored) / change.villages_after,
                "size": np.log(change.villages_before),
                "by_township": np.log(change.villages_before / len(set(before.township))),
                "urban": communities / units,
                "land": np.log((county.area_km2 or np.nan) / units),
                "east": county.lon,
                "north": county.lat,
            }
        )
    table = pd.DataFrame(rows)
    known = ["land", "east", "north"]
    return table.assign(**table[known].astype(float).fillna(table[known].astype(float).median()))


@cache
def township_table() -> pd.DataFrame:
    """Return a row for every township after that kept a village, and no more than it had.

    Columns: step (county and year), county, province, before (its villages that stay villages, by
    the lineage of names), after.
    """
    rows = []
    for each, reform in reforms():
        assert reform.match is not None and reform.after is not None
        gone = set(reform.converted)
        before = Counter(t for v, t in enumerate(reform.match.township) if v not in gone)
        after = reform.after
        kept = Counter(t for t, v in zip(after.township, after.is_village, strict=True) if v)
        code = each.county.code
        own = {"step": f"{code} {each.change.after}", "county": code, "province": code[:2]}
        rows += [
            own | {"before": before[town], "after": number}
            for town, number in kept.items()
            if number <= before[town]
        ]
    table = pd.DataFrame(rows)
    sums: Any = table.groupby("step")[["before", "after"]].transform("sum")
    several: Any = table.groupby("step")["step"].transform("size")
    return table[(sums["after"] < sums["before"]) & (several > 1)].reset_index(drop=True)


@cache
def village_table() -> pd.DataFrame:
    """Return a row for every village that stays a village.

    Columns: county, province, town (after), kept (its name), namesake (is called as its township
    was), place (0 first, 1 last in its township's list).
    """
    rows = []
    for each, reform in reforms():
        assert reform.match is not None
        gone, lists = set(reform.converted), {}
        for v, town in enumerate(reform.units.township):
            if v not in gone:
                lists.setdefault(town, []).append(v)
        code, year = each.county.code, each.change.after
        for town, members in lists.items():
            for k, v in enumerate(members):
                rows.append(
                    {
                        "county": code,
                        "province": code[:2],
                        "town": f"{code} {year} {reform.match.township[v]}",
                        "kept": float(reform.match.anchor[v] >= 0),
                        "namesake": float(base_name(reform.units.name[v]) == township_base(town)),
                        "place": k / max(len(members) - 1, 1),
                    }
                )
    return pd.DataFrame(rows)


# --- models of a share ----------------------------------------------------------------------------

TRAITS = ["size", "by_township", "urban", "land"]


def _design(table: pd.DataFrame, columns: list[str], dummies: list[str]) -> np.ndarray:
    parts: list[Any] = [table[columns].to_numpy(dtype=float)]
    parts += [pd.get_dummies(table[name]).to_numpy(dtype=float) for name in dummies]
    return np.hstack(parts)


def constant(goal: str) -> Predict:
    """Return the simplest rule: the middle of the counties learned from."""
    return lambda train, test: np.full(len(test), train[goal].median())


def by_township(train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """Return the share kept if townships of every county had as many villages after."""
    each = np.exp(train["by_township"])
    middle = float((train["kept"] * each).median())
    return np.minimum(middle / np.exp(test["by_township"].to_numpy()), 1.0)


def of_place(goal: str, levels: tuple[str, ...]) -> Predict:
    """Return means of places, each pulled to that of the place around it."""

    def predict(train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
        guess = np.full(len(test), train[goal].mean())
        for level in levels:
            found: Any = train.groupby(level)[goal].agg(["sum", "size"])
            found = found.reindex(test[level]).fillna(0.0).to_numpy()
            guess = (found[:, 0] + _PULL * guess) / (found[:, 1] + _PULL)
        return guess

    return predict


def ridge(goal: str, columns: list[str], dummies: list[str]) -> Predict:
    """Return ridge regression; its penalty by generalised cross-validation within them."""

    def predict(train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
        whole = _design(pd.concat([train, test]), columns, dummies)
        x, new, y = whole[: len(train)], whole[len(train) :], train[goal].to_numpy()
        middle, spread = x.mean(axis=0), x.std(axis=0)
        spread[spread == 0] = 1.0
        x, new = (x - middle) / spread, (new - middle) / spread
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        inside, best = u.T @ (y - y.mean()), (np.inf, np.zeros(x.shape[1]))
        for penalty in _PENALTIES:
            shrink = s**2 / (s**2 + penalty)
            wrong = y - y.mean() - u @ (shrink * inside)
            score = float(wrong @ wrong / (1.0 - (shrink.sum() + 1) / len(y)) ** 2)
            if score < best[0]:
                best = score, vt.T @ (s / (s**2 + penalty) * inside)
        return np.clip(y.mean() + new @ best[1], 0.0, 1.0)

    return predict


def forest(goal: str, columns: list[str], dummies: list[str]) -> Predict:
    """Return a random forest of 100 trees with five rows a leaf or more."""
    from sklearn.ensemble import RandomForestRegressor

    def predict(train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
        whole = _design(pd.concat([train, test]), columns, dummies)
        made = RandomForestRegressor(100, min_samples_leaf=5, max_features=0.5, random_state=1)
        made.fit(whole[: len(train)], train[goal].to_numpy())
        return made.predict(whole[len(train) :])

    return predict


def left_out(table: pd.DataFrame, by: str, predict: Predict) -> np.ndarray:
    """Return predictions of rows, each from the rows of other counties or provinces alone."""
    found = np.zeros(len(table))
    for one in table[by].unique():
        here = (table[by] == one).to_numpy()
        found[here] = predict(table[~here], table[here])
    return found


def scored(county: np.ndarray, wrong: np.ndarray, simplest: np.ndarray) -> dict[str, float]:
    """Return the mean error, and the difference from the simplest rule's with its interval.

    The 95 % interval is a bootstrap over counties (2,000 draws); below 0 is better.
    """
    mean, low, high = mean_over_counties(county, wrong - simplest)
    return {"error": float(wrong.mean()), "difference": mean, "low": low, "high": high}


def score_share(
    table: pd.DataFrame, goal: str, by: str, models: dict[str, Predict]
) -> pd.DataFrame:
    """Return a row a model: mean absolute errors, the first model being the simplest rule.

    ``explained`` is 1 - (sum of squares of the model) / (that of the mean of those learned from).
    """
    truth, county = table[goal].to_numpy(), table["county"].to_numpy()
    mean = left_out(table, by, lambda train, test: np.full(len(test), train[goal].mean()))
    rows: list[dict[str, Any]] = []
    simplest = np.zeros(0)
    for name, predict in models.items():
        found = left_out(table, by, predict)
        wrong = np.abs(found - truth)
        simplest = simplest if rows else wrong
        explained = 1.0 - ((found - truth) ** 2).sum() / ((mean - truth) ** 2).sum()
        better = (
            pd.Series(wrong - simplest).groupby(table["province"].to_numpy()).agg(["mean", "size"])
        )
        better = better[better["size"] >= _FEW]["mean"] < 0
        own = {"model": name, "explained": explained, "better": int(better.sum())}
        rows.append(own | {"of": len(better)} | scored(county, wrong, simplest))
    return pd.DataFrame(rows)


def score_draw(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the scores of the middle of the others and of a draw from them (`crps`).

    ``half`` and ``most`` are the shares of rows within the middle half and the middle 90 % of the
    others. Each row is left out with its county or province.
    """
    truth, county = table["kept"].to_numpy(), table["county"].to_numpy()
    wrong = {"constant": np.zeros(truth.size), "drawn": np.zeros(truth.size)}
    within = np.zeros((2, truth.size), dtype=np.bool_)
    for one in table[by].unique():
        here = (table[by] == one).to_numpy()
        others = truth[~here]
        wrong["constant"][here] = np.abs(truth[here] - np.median(others))
        wrong["drawn"][here] = crps(others, truth[here])
        for i, share in enumerate((0.5, 0.9)):
            low, high = middle(others, share)
            within[i, here] = (low <= truth[here]) & (truth[here] <= high)
    rows = [
        {"model": name} | scored(county, each, wrong["constant"]) for name, each in wrong.items()
    ]
    return pd.DataFrame(rows).assign(half=within[0].mean(), most=within[1].mean())


def said_of_draw(table: pd.DataFrame) -> str:
    """Return the section on the draw."""
    said = ["## What is drawn where nothing else is known\n"]
    for by in ("county", "province"):
        rows = score_draw(table, by)
        said.append(
            f"Each {by} left out:\n\n{table_of(rows, 100, 1, ('model', 'score, points'))}\n\n"
            f"{_percent(rows['half'])} of the county-years lie within the middle half of the "
            f"others, {_percent(rows['most'])} within their middle 90 %.\n"
        )
    return "\n".join(said)


# --- villages of townships, names -----------------------------------------------------------------


def _spread_rows(table: Any) -> Grouped:
    before, after = table["before"].to_numpy(), table["after"].to_numpy()
    group = np.unique(table["step"].to_numpy(), return_inverse=True)[1]
    return Grouped.of(-np.log2(before)[:, None], group, before - 1, after - 1)


def score_townships(table: pd.DataFrame, by: str, shipped: bool = False) -> pd.DataFrame:
    """Return mean absolute errors, villages a township: the county's total being given.

    ``shipped``: also with the planner's weight, which was learned from Sichuan.
    """
    names = ["proportional", "learned", "the planner's weight"][: 2 + shipped]
    guesses = {name: np.zeros(len(table)) for name in names}
    for one in table[by].unique():
        rest: Any = table[table[by] != one]
        weight = float(_spread_rows(rest).fit()[0])
        inside: Any = table[table[by] == one]
        for _, part in inside.groupby("step"):
            before, total = part["before"].to_numpy(), int(part["after"].sum())
            at = part.index.to_numpy()
            share = before * total / before.sum()
            guesses["proportional"][at] = np.minimum(apportion(share, total, 1), before)
            for name, w in zip(names[1:], (weight, LARGE_TOWNSHIPS), strict=False):
                guesses[name][at] = whole_villages(expected_villages(before, total, w), total)
    county, truth = table["county"].to_numpy(), table["after"].to_numpy()
    wrong = {name: np.abs(guess - truth) for name, guess in guesses.items()}
    rows = [
        {"model": name} | scored(county, each, wrong["proportional"])
        for name, each in wrong.items()
    ]
    return pd.DataFrame(rows)


def score_names(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return how many of the names that survived stand among those named likeliest.

    As many are named as survived in the township after; only townships in which some names
    survived and some did not. ``error`` is the share that was not named.
    """
    town = np.unique(table["town"].to_numpy(), return_inverse=True)[1]
    kept = table["kept"].to_numpy()
    total, size = np.bincount(town, kept)[town], np.bincount(town)[town]
    tells = (total > 0) & (total < size)
    table, town = table[tells].reset_index(drop=True), town[tells]
    kept, total, size = kept[tells], total[tells], size[tells]
    features = table[["namesake", "place"]].to_numpy(dtype=float)
    rows = Grouped.of(features, town, np.ones(len(table)), kept)
    learned = np.zeros(len(table))
    for one in table[by].unique():
        here = (table[by] == one).to_numpy()
        learned[here] = features[here] @ rows.take(np.flatnonzero(~here)).fit()
    county, alive = table["county"].to_numpy(), kept > 0
    wrong = {"chance": 1.0 - (total / size)[alive]}
    ranks = {"first in the list": -features[:, 1], "namesake of the township": features[:, 0]}
    for name, score in (ranks | {"both, learned": learned}).items():
        wrong[name] = 1.0 - _taken(town, score, total)[alive]
    found = [
        {"model": name} | scored(county[alive], each, wrong["chance"])
        for name, each in wrong.items()
    ]
    return pd.DataFrame(found)


def _taken(group: np.ndarray, score: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return the chance that a row is among its group's `total` best; equal scores share it."""
    chance = np.zeros(score.size)
    for one in np.unique(group):
        rows = np.flatnonzero(group == one)
        own, most = score[rows], total[rows[0]]
        above = (own[None, :] > own[:, None]).sum(axis=1)
        equal = (own[None, :] == own[:, None]).sum(axis=1)
        chance[rows] = np.clip((most - above) / equal, 0.0, 1.0)
    return chance


def pair_table() -> pd.DataFrame:
    """Return a row for every pair of villages that a new name of two characters is made of.

    Columns: county, province, beside (next to each other in their township's list), chance (that
    any two are).
    """
    rows = []
    for each, reform in reforms():
        code, gone = each.county.code, set(reform.converted)
        town = reform.units.township
        places: dict[int, int] = {}
        sizes: Counter[str] = Counter()
        for v in (v for v in range(len(town)) if v not in gone):
            places[v] = sizes[town[v]]
            sizes[town[v]] += 1
        rows += [
            {
                "county": code,
                "province": code[:2],
                "beside": float(abs(places[a] - places[b]) == 1),
                "chance": 2.0 / sizes[town[a]],
            }
            for a, b, _ in joint_names(reform)
        ]
    return pd.DataFrame(rows)


# --- page -----------------------------------------------------------------------------------------

PLACES = ["province", "prefecture"]


def share_models(goal: str, more: list[str], trees: bool) -> tuple[dict[str, Predict], ...]:
    """Return the models of a share: for counties left out, and for provinces left out."""
    traits = [*TRAITS, *more]
    simplest = {"constant": constant(goal)}
    apart: dict[str, Predict] = {} if goal != "kept" else {"as many a township": by_township}
    apart |= {"traits (ridge)": ridge(goal, traits, [])}
    apart |= {"traits and year (ridge)": ridge(goal, traits, ["year"])}
    if trees:
        apart["traits and year (forest)"] = forest(goal, [*traits, "year"], [])
    near: dict[str, Predict] = {
        "mean of the province": of_place(goal, ("province",)),
        "mean of the prefecture": of_place(goal, ("province", "prefecture")),
        "traits, year and places (ridge)": ridge(goal, traits, ["year", *PLACES]),
    }
    if trees:
        where = [*traits, "year", "east", "north"]
        near["traits, year and places (forest)"] = forest(goal, where, [])
    return simplest | apart | near, simplest | apart


def table_of(rows: pd.DataFrame, unit: float, digits: int, heads: tuple[str, str]) -> str:
    """Return scores as a table of a page; errors times `unit`."""
    shares = "explained" in rows
    lines = [
        f"| {heads[0]} | {heads[1]} | against the first, 95 % |"
        + " explained | provinces |" * shares
    ]
    lines.append("|---|---|---|" + "---|---|" * shares)
    for i, row in enumerate(rows.to_dict("records")):
        error, by, low, high = (unit * row[key] for key in ("error", "difference", "low", "high"))
        ends = f"{by:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]" if i else ""
        line = f"| {row['model']} | {error:.{digits}f} | {ends} |"
        if shares:
            line += (
                f" {100 * row['explained']:.0f} % | {row['better']} of {row['of']} |"
                if i
                else " | |"
            )
        lines.append(line)
    return "\n".join(lines)


def verdict(rows: pd.DataFrame, unit: float, digits: int, what: str) -> str:
    """Return a sentence: whether anything beats the first model, and by how much."""
    first, *rest = rows.to_dict("records")
    good = [row for row in rest if row["high"] < 0]
    error = f"{first['error'] * unit:.{digits}f}"
    if not good:
        worse = [str(row["model"]) for row in rest if row["low"] > 0]
        more = f" Worse than it: {', '.join(worse)}." if worse else ""
        return (
            f"**Nothing beats the simplest rule** ({first['model']}, {error} {what}): use it.{more}"
        )
    best = min(good, key=lambda row: row["error"])
    named = ", ".join(f"{row['model']}" for row in good)
    more = f"; the best is {best['model']}" if len(good) > 1 else ""
    return (
        f"**Better than the simplest rule** ({first['model']}, {error} {what}): {named}{more}, "
        f"{best['error'] * unit:.{digits}f}."
    )


def scores(trees: bool = True) -> str:
    """Return what stands between the page's marks."""
    counties, towns, names = county_table(), township_table(), village_table()
    said = [
        f"{len(counties)} county-years of {counties['county'].nunique()} counties in "
        f"{counties['province'].nunique()} provinces; they keep {_percent(counties['kept'])} of "
        f"their villages (standard deviation {100 * counties['kept'].std():.0f} points).\n"
    ]
    heads = ("model", "mean error, points")
    for title, goal, more in (
        ("## How much a county keeps", "kept", []),
        ("## How many of the new villages have an old name", "named", ["kept"]),
    ):
        said.append(title + "\n")
        near, apart = share_models(goal, more, trees)
        for by, models, name in (
            ("county", near, "county left out"),
            ("province", apart, "province left out"),
        ):
            rows = score_share(counties, goal, by, models)
            said.append(f"Each {name}:\n\n{table_of(rows, 100, 1, heads)}\n")
            said.append(verdict(rows, 100, 1, "points") + "\n")
        said += [said_of_draw(counties)] if goal == "kept" else []
    said.append("## Which names survive\n")
    rows = score_names(names, "province")
    said.append(table_of(rows, 100, 1, ("rule", "names missed, %")) + "\n")
    said.append(verdict(rows, 100, 1, "%") + "\n")
    said.append("## How many villages each township keeps\n")
    elsewhere = towns[towns["province"] != "51"].reset_index(drop=True)
    for part, by, name in (
        (towns, "county", "All provinces, each county left out"),
        (towns, "province", "All provinces, each province left out"),
        (elsewhere, "province", "Without Sichuan, each province left out"),
    ):
        rows = score_townships(part, by, shipped=part is elsewhere)
        of = f"{len(part):,} townships of {part['county'].nunique()} counties"
        said.append(f"{name} ({of}):\n\n{table_of(rows, 1, 3, ('rule', 'villages wrong'))}\n")
        said.append(verdict(rows, 1, 3, "villages a township") + "\n")
    said.append("## Who merged with whom\n")
    pairs, gone = pair_table(), names["kept"] == 0
    mean, low, high = mean_over_counties(
        pairs["county"].to_numpy(), (pairs["beside"] - pairs["chance"]).to_numpy()
    )
    places = pairs["county"].nunique()
    said.append(
        f"Of {int(gone.sum()):,} villages whose names are gone, new names tell {len(pairs):,} "
        f"pairs in {places} counties: likely, none certain. The others are unknown. Of the pairs "
        f"{_percent(pairs['beside'])} stand next to each other in their township's list, "
        f"{_percent(pairs['chance'])} by chance: {100 * mean:+.0f} points [{100 * low:+.0f}, "
        f"{100 * high:+.0f}]; without Sichuan {_beside(pairs[pairs['province'] != '51'])}.\n"
    )
    said.append(said_of_certainty())
    return "\n".join(said)


def said_of_certainty() -> str:
    """Say how many old villages the lists tell the new unit of, whatever plan is made of them."""
    units = certain = likely = 0
    for _, reform in reforms():
        assert reform.match is not None
        rows = zip(reform.match.anchor, reform.match.community, strict=True)
        kept = [max(each) >= 0 for each in rows]
        told = {v for pair in joint_names(reform) for v in pair[:2] if not kept[v]}
        units, certain, likely = units + len(kept), certain + sum(kept), likely + len(told)
    return (
        f"A plan from these lists marks each of its {units:,} old villages: {certain:,} "
        f"({100 * certain / units:.1f} %) as *certain*, {likely:,} ({100 * likely / units:.1f} %) "
        f"at most as *likely*, the others as *unknown*.\n"
    )


def _percent(values: Any) -> str:
    return f"{100 * values.mean():.0f} %"


def _beside(pairs: Any) -> str:
    return f"{_percent(pairs['beside'])} and {_percent(pairs['chance'])} ({len(pairs):,} pairs)"


def written(text: str, trees: bool = True) -> str:
    """Return the page with the scores in their place."""
    first, last = (text.index(mark) for mark in MARKS)
    return f"{text[: first + len(MARKS[0])]}\n{scores(trees)}\n{text[last:]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
