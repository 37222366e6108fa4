"""Write the tables of docs/screening.md, and docs/screening.csv: which assumptions move effects.

From the checkout, once the results are there (an hour or two of one core each):

    hecun experiment experiments/screening_dechang.yaml
    hecun experiment experiments/screening_leshan.yaml
    cp docs/screening.csv docs/screening_before.csv  # if what comes is of other trajectories
    python -m docs.make_screening
"""

import sys
from pathlib import Path

import pandas as pd

from docs.answers.stored import figures, label, markdown
from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import HEADLINE

ROOT = Path(__file__).parent.parent
PAGE, TABLE = Path(__file__).parent / "screening.md", Path(__file__).parent / "screening.csv"
#: the table of the screening before, on other trajectories (2026-11-30, code 38746aaa89f1f77f)
BEFORE = Path(__file__).parent / "screening_before.csv"
COUNTIES = {"dechang": "Dechang", "leshan": "Leshan Shizhong"}
#: assumptions named of an effect on the page, kept of each in the table, and the share of the
#: largest from which on one matters
NAMED, KEPT, MATTERS = 6, 20, 0.1
MARKS = "<!-- tables -->\n", "<!-- end -->"


def screened(folder: Path) -> pd.DataFrame:
    """Return Morris' measures of every arm's effect on the headline outcomes, the largest first."""
    found = pd.read_parquet(folder / "tables" / "effects_of_arms.parquet")
    found = found[found["outcome"].isin(HEADLINE)]
    largest = found.groupby(["arm", "outcome"])["mu_star"].transform("max")
    found = found.assign(of_largest=found["mu_star"] / largest)
    return found.sort_values(["arm", "outcome", "mu_star"], ascending=[True, True, False])


def short(name: str) -> str:
    """Return a factor's name as the page has it."""
    return name.removeprefix("parameters.").replace("variants.", "form of ")


def of_county(name: str, found: pd.DataFrame) -> str:
    """Return a county's table: of every effect the assumptions that move it most."""
    rows = []
    for (arm, outcome), part in found.groupby(["arm", "outcome"], sort=False):
        top = part.head(NAMED)
        told = [f"{short(r['parameter'])} {figures(r['mu_star'])}" for r in top.to_dict("records")]
        row = {"effect of": arm, "on": label(str(outcome)), "moved most by (mu*)": ", ".join(told)}
        row |= {"matter": int((part["of_largest"] >= MATTERS).sum())}
        rows.append(row | {"exactly idle": int((part["mu_star"] == 0).sum())})
    return f"### {name}\n\n{markdown(pd.DataFrame(rows))}\n"


def matter(tables: dict[str, pd.DataFrame]) -> str:
    """Return the list of what matters anywhere, by how many of the effects it matters to."""
    every = pd.concat([t.assign(county=county) for county, t in tables.items()])
    effects = len(every[["county", "arm", "outcome"]].drop_duplicates())
    counts = every[every["of_largest"] >= MATTERS]["parameter"].value_counts()
    never = every["parameter"].nunique() - len(counts)
    told = ", ".join(f"{short(str(name))} ({n})" for name, n in counts.items())
    return (
        f"{len(counts)} of {every['parameter'].nunique()} assumptions matter to some of the "
        f"{effects} effects (a tenth of the largest mu\\* or more; in brackets, to how many), "
        f"{never} to none: {told}.\n"
    )


def agreement(now: pd.DataFrame, before: pd.DataFrame) -> str:
    """Return how far two screenings name the same: a table by outcome, and what both name often."""
    effect = ["county", "arm", "outcome"]
    named = [t.groupby(effect).head(NAMED) for t in (now, before)]
    ours, theirs = (t.groupby(effect)["parameter"].agg(list) for t in named)
    pairs = pd.DataFrame({"ours": ours, "theirs": theirs}).reset_index()
    pairs["both"] = [len({*a} & {*b}) for a, b in zip(pairs["ours"], pairs["theirs"], strict=True)]
    pairs["first"] = [a[0] in b for a, b in zip(pairs["ours"], pairs["theirs"], strict=True)]
    rows = [
        {
            "effects on": label(str(outcome)) if outcome else "all",
            f"of {NAMED} named, named by both": f"{part['both'].mean():.1f}",
            "the first is among the other's": f"{part['first'].sum()} of {len(part)}",
        }
        for outcome, part in [*pairs.groupby("outcome"), ("", pairs)]
    ]
    counts = [t["parameter"].value_counts() for t in named]
    often = [{*c.index[c >= len(pairs) / 4]} for c in counts]
    told = [
        ", ".join(sorted(map(short, names))) for names in (often[0] & often[1], often[0] ^ often[1])
    ]
    return (
        f"{markdown(pd.DataFrame(rows))}\n\nNamed of a quarter of the effects or more by both: "
        f"{told[0]}; by one of them only: {told[1]}.\n"
    )


def main() -> None:
    """Write page and table from the results in ``results``, or in the folder that is named."""
    results = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results"
    folders = {county: results / f"screening_{county}" for county in COUNTIES}
    tables = {county: screened(folder) for county, folder in folders.items()}
    told = [of_county(COUNTIES[county], found) for county, found in tables.items()]
    runs = [ExperimentResults(folder).manifest for folder in folders.values()]
    cost = ", ".join(
        f"{m['runs']:,} runs of {COUNTIES[c]} (code {m['code']})"
        for c, m in zip(tables, runs, strict=True)
    )
    kept = [
        t.groupby(["arm", "outcome"], sort=False).head(KEPT).assign(county=c)
        for c, t in tables.items()
    ]
    columns = [
        "county",
        "arm",
        "outcome",
        "parameter",
        "mu",
        "mu_star",
        "mu_star_conf",
        "sigma",
        "of_largest",
    ]
    table = pd.concat(kept)[columns]
    table.to_csv(TABLE, index=False, float_format="%.7g")
    before, _, rest = PAGE.read_text("utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    two = f"### Two screenings\n\n{agreement(table, pd.read_csv(BEFORE))}"
    body = f"{matter(tables)}\n" + "\n".join([two, *told]) + f"\nFrom {cost}.\n"
    PAGE.write_text(before + MARKS[0] + body + MARKS[1] + after, "utf-8")
    print(f"{PAGE.name}, {TABLE.name}: {len(table)} rows")


if __name__ == "__main__":
    main()
