"""What the counties' lists teach the merger planner."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from docs.answers.planner import merger_lessons as lessons
from docs.answers.planner import merger_scores as scores
from docs.answers.stored import RESULTS, markdown
from sim.model.world.generate import PlanRules


def planner() -> Iterator[str]:
    """Return what the lists of 137 counties teach the planner, learned on the first call."""
    folder = RESULTS / "merger_planner"
    if not (folder / "plans.csv").is_file():
        learn_planner(folder)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    yield (
        f"{told['counties']} counties, {told['townships']:,} townships, {told['seconds']:.0f} s. The weight "
        f"of large townships is {told['weight']:.2f} [{told['low']:.2f}, {told['high']:.2f}] per doubling "
        f"(log-odds that a village stays; bootstrap over counties). The larger half of a county's townships "
        f"keeps {-told['half']:.1%} [{-told['half_high']:.1%}, {-told['half_low']:.1%}] less of its villages "
        f"than the smaller half, in {told['half_share']:.0%} of counties.\n"
    )
    for name, text in (
        ("by_size", "Share of villages kept, by villages of the township before (each county predicted "
                    "with the weight of the others):"),
        ("scores", "Error of the number of villages a township keeps, leaving the predicted county out "
                   "(negative differences: better than the proportional guess):"),
        ("survival", "Which names survive: share of surviving names among those named likeliest "
                     "(called as the township: log-odds +1.6; each list from its first to its last: -0.3):"),
        ("plans", "Whole plans (drawn ground; *free*: the planner before it learned; *listed*: weight of "
                  "places next to each other in the list):"),
    ):  # fmt: skip
        frame = pd.read_csv(folder / f"{name}.csv")
        yield f"{text}\n\n{markdown(frame)}\n"
    yield (
        f"Chosen by the other counties, the weight of the list's order merges "
        f"{told['pairs_right']:.0%} of the pairs that new names tell, against {told['pairs_chance']:.0%} by "
        f"chance and {told['pairs_before']:.0%} without it ({told['pairs']} pairs). The weights of size and "
        "distance make no difference that these pairs can show: not identifiable from the lists, which "
        "say nothing of people, land or industry.\n"
    )


def learn_planner(folder: Path) -> None:
    began = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    towns = lessons.township_table()
    told = {"counties": towns["county"].nunique(), "townships": len(towns)}
    told |= lessons.fit_spread(towns)
    half = lessons.large_against_small(towns)
    told |= dict(zip(("half", "half_low", "half_high", "half_share"), half, strict=True))
    predicted = lessons.predict_spread(towns)
    lessons.spread_by_size(predicted).reset_index().to_csv(folder / "by_size.csv", index=False)
    lessons.score_spread(predicted).to_csv(folder / "scores.csv", index=False)
    lessons.score_survival(lessons.village_table()).to_csv(folder / "survival.csv", index=False)
    rules = {
        "free": PlanRules(large_townships=None, listed=0.0),
        "proportional": PlanRules(large_townships=0.0, listed=0.0),
        "large townships learned": PlanRules(listed=0.0),
        "listed 1": PlanRules(listed=1.0),
        "listed 4 (default)": PlanRules(),
    }
    found = scores.score_plans(lessons.lessons(), rules)
    scores.summary_of_plans(found).to_csv(folder / "plans.csv", index=False)
    chosen = scores.learn_rules(found)
    own = found[found["rules"] == "listed 4 (default)"]
    before = found[found["rules"] == "large townships learned"]
    told |= {
        "pairs": int(chosen["pairs"].sum()),
        "pairs_right": float(chosen["right"].sum() / chosen["pairs"].sum()),
        "pairs_chance": float(own["pairs_chance"].sum() / own["pairs"].sum()),
        "pairs_before": float(before["pairs_right"].sum() / before["pairs"].sum()),
        "seconds": time.perf_counter() - began,
    }
    (folder / "told.json").write_text(json.dumps(told, indent=2), "utf-8")
