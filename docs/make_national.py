"""Run experiments/national.yaml, and write docs/national.md, its numbers and its maps.

    python -m docs.make_national                    # runs what is missing, then writes
    python -m docs.make_national --cluster ADDRESS  # on a Dask scheduler

The numbers of the page follow from docs/national.csv (effects by county) and the registry.
"""

import argparse
import resource
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from docs.make_gallery import FOLDER, put
from sim import experiment, load_results
from sim.config.reading import read
from sim.lab.file.schema import Counties
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.model.world.mergers import largest_merger
from sim.model.world.registry import find_county, registry_units
from sim.report.county_map import draw_effects
from sim.words.numbers import decimals, number

ROOT = Path(__file__).parent.parent
FILE, RESULTS = ROOT / "experiments" / "national.yaml", ROOT / "results" / "national"
PAGE, STORED = Path(__file__).parent / "national.md", Path(__file__).parent / "national.csv"
RUN, TABLES = ("<!-- run -->\n", "<!-- end run -->"), ("<!-- tables -->\n", "<!-- end -->")
COLUMNS = ["county", "outcome", "reference", "effect", "low", "high", "n"]
MAPS = ("service_reach", "travel_burden")
_DRAWS, _FEW = 500, 5


class Trait(NamedTuple):
    """A trait of a county before its merger, or of the merger."""

    name: str
    said: str


TRAITS = (
    Trait("kept", "share of the villages kept"),
    Trait("villages", "villages before"),
    Trait("by_township", "villages a township"),
    Trait("urban", "share of communities"),
    Trait("land", "km² a village or community"),
    Trait("year", "year of the merger"),
)


# --- numbers --------------------------------------------------------------------------------------


def effects_of(results: Any) -> pd.DataFrame:
    """Return effects by county, six digits, in the order of counties and headline outcomes."""
    table = results.effects(list(HEADLINE))
    table = table[table["arm"].astype(str) == "merger"][COLUMNS].astype({"county": str})
    rank = table["outcome"].map({key: i for i, key in enumerate(HEADLINE)})
    table = table.assign(rank=rank).sort_values(["county", "rank"])[COLUMNS]
    numbers = ["reference", "effect", "low", "high"]
    return table.assign(**{key: table[key].map(lambda v: float(f"{v:.6g}")) for key in numbers})


def stored() -> pd.DataFrame:
    """Return what docs/national.csv has."""
    return pd.read_csv(STORED, dtype={"county": str})


def traits_of(codes: Any, years: Any) -> pd.DataFrame:
    """Return traits of counties by code: of the list before their largest merger, and of it."""
    rows = []
    for code in codes:
        county = find_county(code)
        change = largest_merger(county, years)
        assert change is not None
        before = registry_units(code, change.before).villages_only()
        units = change.villages_before + county.communities[change.before]
        rows.append(
            {
                "county": code,
                "province": county.province,
                "kept": change.villages_after / change.villages_before,
                "villages": change.villages_before,
                "by_township": change.villages_before / len(set(before.township)),
                "urban": county.communities[change.before] / units,
                "land": np.nan if county.area_km2 is None else county.area_km2 / units,
                "year": change.after,
            }
        )
    return pd.DataFrame(rows).set_index("county")


def rank_correlation(x: np.ndarray, y: np.ndarray, group: np.ndarray, within: bool) -> float:
    """Return Spearman's rank correlation; `within`: of what groups' mean ranks leave."""
    group = group if within else np.zeros_like(group)
    count = np.maximum(np.bincount(group), 1)
    a, b = (r - (np.bincount(group, r) / count)[group] for r in (rankdata(x), rankdata(y)))
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else np.nan


def correlated(
    x: np.ndarray, y: np.ndarray, province: np.ndarray, within: bool
) -> tuple[float, ...]:
    """Return a rank correlation and its 95 % interval, a bootstrap of whole provinces.

    Within provinces counties are drawn again inside their provinces.
    """
    group = np.unique(province, return_inverse=True)[1]
    rows = [np.flatnonzero(group == g) for g in range(group.max() + 1)]
    rng = np.random.default_rng(1)
    found = []
    for _ in range(_DRAWS):
        if within:
            chosen = np.concatenate([rng.choice(own, own.size) for own in rows])
            named = group[chosen]
        else:
            picked = rng.integers(0, len(rows), len(rows))
            chosen = np.concatenate([rows[g] for g in picked])
            named = group[chosen]
        found.append(rank_correlation(x[chosen], y[chosen], named, within))
    low, high = np.nanquantile(found, [0.025, 0.975])
    return rank_correlation(x, y, group, within), float(low), float(high)


# --- page -----------------------------------------------------------------------------------------


def label(key: str) -> str:
    """Return an outcome's English name with its unit."""
    unit = OUTCOMES[key].unit
    return OUTCOMES[key].en + ("" if unit == "1" else f", {unit}")


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index(["county", "outcome"])["effect"].unstack()  # noqa: PD010


def over_counties(table: pd.DataFrame) -> str:
    """Return the table of effects over counties: middle, spread, and how many are told from 0."""
    lines = [
        "| outcome | without | effect: middle county | 10–90 % of counties | below 0 | above 0 |",
        "|---|---|---|---|---|---|",
    ]
    for key in HEADLINE:
        own = table[table["outcome"] == key]
        low, middle, high = np.quantile(own["effect"], [0.1, 0.5, 0.9])
        places = decimals(*np.abs([low, middle, high]))
        said = [number(v, places, sign=True) for v in (middle, low, high)]
        lines.append(
            f"| {label(key)} | {number(float(own['reference'].median()))} | {said[0]} | {said[1]} "
            f"to {said[2]} | {int((own['high'] < 0).sum())} | {int((own['low'] > 0).sum())} |"
        )
    return "\n".join(lines)


def by_province(table: pd.DataFrame, traits: pd.DataFrame) -> str:
    """Return mean effects by province of `_FEW` counties or more, and of the others together."""
    wide = _wide(table)
    province = traits["province"].reindex(wide.index)
    often = province.value_counts()
    named = province.where(province.map(often) >= _FEW, "others")
    lines = [
        "| | counties | share kept | " + " | ".join(label(key) for key in HEADLINE) + " |",
        "|---" * (len(HEADLINE) + 3) + "|",
    ]
    order = sorted(set(named), key=lambda p: (p == "others", -int((named == p).sum()), p))
    for name in order:
        own = wide[(named == name).to_numpy()]
        kept = traits["kept"].reindex(own.index).mean()
        cells = [number(float(own[key].mean()), decimals(wide[key].abs().median()), sign=True)
                 for key in HEADLINE]  # fmt: skip
        lines.append(f"| {name} | {len(own)} | {100 * kept:.0f} % | {' | '.join(cells)} |")
    return "\n".join(lines)


def with_traits(table: pd.DataFrame, traits: pd.DataFrame, within: bool) -> str:
    """Return rank correlations of traits and effects, each with its interval."""
    wide = _wide(table)
    own = traits.reindex(wide.index)
    heads = [OUTCOMES[key].en for key in HEADLINE]
    lines = ["| trait | " + " | ".join(heads) + " |", "|---" * (len(HEADLINE) + 1) + "|"]
    for trait in TRAITS:
        x = own[trait.name].to_numpy(dtype=float)
        cells = []
        for key in HEADLINE:
            y = wide[key].to_numpy(dtype=float)
            there = np.isfinite(x) & np.isfinite(y)
            province = own["province"].to_numpy()[there]
            mean, low, high = correlated(x[there], y[there], province, within)
            text = f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"
            cells.append(f"**{text}**" if low > 0 or high < 0 else text)
        lines.append(f"| {trait.said} | {' | '.join(cells)} |")
    return "\n".join(lines)


def tables(table: pd.DataFrame) -> str:
    """Return what stands between the page's marks for tables."""
    years = _years()
    traits = traits_of(sorted(set(table["county"])), years)
    count, provinces = len(traits), traits["province"].nunique()
    kept = traits["kept"].mean()
    return (
        f"{count} counties in {provinces} provinces, which kept {100 * kept:.0f} % of their "
        f"villages in the mean. Effects are paired: the county with the merger against the same "
        f"county without, on the same luck, mean of the last 12 months, {_n(table)} replicates.\n\n"
        f"{over_counties(table)}\n\n"
        "*Below 0* and *above 0*: counties of which the 95 % interval over replicates does not "
        "hold 0.\n\n"
        f"### By province\n\nMeans over counties; provinces of {_FEW} counties or more.\n\n"
        f"{by_province(table, traits)}\n\n"
        "### With which traits they go\n\nRank correlations (Spearman) of counties' traits and "
        f"effects; 95 % intervals: whole provinces drawn anew, {_DRAWS} times. With {provinces} "
        "provinces, of which one has two fifths of the counties, they are rough. Bold: 0 is not "
        "inside.\n\n"
        f"{with_traits(table, traits, within=False)}\n\n"
        "The same within provinces (ranks less their province's mean; counties drawn anew inside "
        "provinces):\n\n"
        f"{with_traits(table, traits, within=True)}\n"
    )


def _n(table: pd.DataFrame) -> str:
    low, high = int(table["n"].min()), int(table["n"].max())
    return str(low) if low == high else f"{low} to {high}"


def _years() -> tuple[int, ...]:
    """Return the years of lists that the experiment names."""
    return Counties.model_validate(read(FILE).plain()["counties"]).merged


def said_of_run(results: Any, seconds: float | None, memory: float | None) -> str:
    """Return what stands between the page's marks for the run: time, memory, failures."""
    manifest, runs = results.manifest, results.runs
    failed = runs[runs["status"] != "done"]
    spent = float(results.timings["seconds"].sum())
    workers = results.timings["worker"].nunique()
    wanted = len(results.design) * int(read(FILE).plain()["replicates"])
    part = f"{len(runs):,} runs" if len(runs) >= wanted else f"{len(runs):,} of {wanted:,} runs"
    said = (
        f"{part}; {spent / 60:.0f} minutes of work in all, by {workers} "
        f"process{'es' * (workers > 1)}"
        + (f", {seconds / 60:.0f} minutes on the clock" if seconds else "")
        + (f", at most {memory:.1f} GB of memory a process" if memory else "")
        + f" (model {manifest['code']}, {manifest['started'][:10]}). "
    )
    if not len(failed):
        return said + "No run failed.\n"
    by_county = failed.merge(results.design[["point", "county"]], on="point", suffixes=("", "_"))
    names = []
    for code, own in by_county.groupby("county"):
        why = str(own["error"].iloc[0]).strip().rpartition("\n")[2]
        names.append(f"{find_county(str(code)).name} ({code}): {why}")
    return (
        said + f"{len(failed)} runs failed:\n\n" + "\n".join(f"- {name}" for name in names) + "\n"
    )


def between(text: str, marks: tuple[str, str], new: str) -> str:
    """Return a page with something else between two marks."""
    first, last = (text.index(mark) for mark in marks)
    return f"{text[: first + len(marks[0])]}\n{new}\n{text[last:]}"


def written(text: str) -> str:
    """Return the page with the tables that docs/national.csv gives."""
    return between(text, TABLES, tables(stored()))


def draw(table: pd.DataFrame) -> None:
    """Draw the maps in both languages."""
    against = {"en": "No merger", "zh": "不合村"}
    for key in MAPS:
        own = table[table["outcome"] == key]
        for lang, name in against.items():
            put(draw_effects(own, key, lang, name), FOLDER / f"national_{key}_{lang}.png", lang)


def main() -> None:
    """Run what is missing, and write everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--workers", type=int)
    parser.add_argument("--cluster")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--as-it-is", action="store_true", help="run nothing, write what is there")
    given = parser.parse_args()
    began = time.monotonic()
    if given.as_it_is:
        results = load_results(given.out)
    else:
        results = experiment(FILE, given.out, workers=given.workers, cluster=given.cluster)
    seconds = time.monotonic() - began
    used = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    memory = max(resource.getrusage(who).ru_maxrss for who in used) / 1024**2
    whole = seconds > 0.5 * float(results.timings["seconds"].sum()) / max(given.workers or 2, 1)
    local = whole and given.cluster is None  # else most runs were there already, or elsewhere
    table = effects_of(results)
    table.to_csv(STORED, index=False, lineterminator="\n")
    told = said_of_run(results, seconds if local else None, memory if local else None)
    PAGE.write_text(written(between(PAGE.read_text("utf-8"), RUN, told)), encoding="utf-8")
    draw(table)


if __name__ == "__main__":
    main()
