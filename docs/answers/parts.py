"""What each part of a reform does, how sure that is, and for whom."""

import pandas as pd

from docs.answers.stored import COUNTIES, figures, interval, label, markdown, share, tables
from sim.model.outcomes.catalogue import HEADLINE


def the_answer():
    """Yield the table that answers the question, for both counties."""
    for county, name in COUNTIES.items():
        found = tables(f"what_each_part_does_{county}")
        if not found:
            continue
        shares = found["shapley"]
        rows = []
        for key in HEADLINE:
            for row in shares[shares["outcome"] == key].to_dict("records"):
                whole = shares[(shares["outcome"] == key) & (shares["part"] == "whole reform")]
                sure = float(whole["low"].iloc[0]) * float(whole["high"].iloc[0]) > 0
                part = row["part"] != "whole reform"
                of_whole = f"{round(100 * row['of_whole']) or 0}%" if part and sure else ""
                rows.append(
                    {
                        "outcome": label(key),
                        "part": row["part"],
                        "Shapley effect [95 %]": interval(row, "shapley"),
                        "of the whole": of_whole,
                        "alone": interval(row, "alone", "alone_low", "alone_high") if part else "",
                        "added last": interval(row, "last", "last_low", "last_high")
                        if part
                        else "",
                        "sign holds in": share(row, "sign_share", "sign_low", "sign_high"),
                        "worlds": int(row["n"]),
                    }
                )
        yield f"### {name}\n\n{markdown(pd.DataFrame(rows))}\n"
        pairs = found["interactions"]
        pairs = pairs[pairs["outcome"].isin(HEADLINE)]
        pairs = pairs[(pairs["low"] > 0) | (pairs["high"] < 0)]
        if len(pairs):
            told = [
                {"outcome": label(r["outcome"]), "parts": f"{r['part']} × {r['with']}"}
                | {"together beyond each alone [95 %]": interval(r, "interaction")}
                for r in pairs.to_dict("records")
            ]
            yield f"Interactions whose interval excludes 0:\n\n{markdown(pd.DataFrame(told))}\n"
        yield ranking(found)


def ranking(found):
    rows = []
    for row in found["ranking"].to_dict("records"):
        if row["outcome"] in HEADLINE:
            rows.append(
                {
                    "outcome": label(row["outcome"]),
                    "best of the 16 combinations": row["best"],
                    "it is the best in (picked by the same worlds)": share(
                        row, "best_share", "best_low", "best_high"
                    ),
                    "the whole order holds in": share(row, "share", "low", "high"),
                }
            )
    return f"Ranking of the combinations:\n\n{markdown(pd.DataFrame(rows))}\n"


def for_whom():
    """Yield who wins and loses by the whole reform, and by the merger alone."""
    for county, name in COUNTIES.items():
        found = tables(f"what_each_part_does_{county}")
        if "winners" not in found:
            continue
        every = found["winners"]
        whole = max(every["arm"], key=len)
        for arm in ("merger", whole):
            part = every[(every["arm"] == arm) & (every["n"] > 1)]
            rows = []
            for (by, group), cell in part.groupby(["by", "group"], sort=False):
                row = {"people": f"{by}: {group}"}
                for state in ("experience", "trust", "income"):
                    one = cell[cell["state"] == state].iloc[0]
                    row[state] = interval(one)
                one = cell[cell["state"] == "experience"].iloc[0]
                row["better / worse served"] = f"{one['gain']:.0%} / {one['lose']:.0%}"
                rows.append(row)
            heads = ["people", "service experience", "trust", "income (yuan/month)"]
            heads.append("better / worse served")
            title = "merger alone" if arm == "merger" else "whole reform"
            yield f"### {name}: {title}\n\n{markdown(pd.DataFrame(rows), heads)}\n"
        unequal = found["inequality"]
        unequal = unequal[unequal["arm"].isin(["none", "merger", whole])]
        rows = [
            {"arm": r["arm"], "Theil": figures(r["total"]), "within": figures(r["within"])}
            | {"between": figures(r["between"])}
            | {"change [95 %]": interval(r, "total_change", "total_low", "total_high")}
            for r in unequal.to_dict("records")
        ]
        yield f"Income inequality among villagers, within and between old villages:\n\n{markdown(pd.DataFrame(rows))}\n"
