# %% [markdown]
# # A year in Dechang through Mesa's API
#
# The county is an ordinary `mesa.Model`. Its agents' state lives in columns (one NumPy array a
# field); Mesa's agents are views on rows, made when somebody asks. Run this file as a script, or
# cell by cell in an editor that knows `# %%`:
#
#     python -m uv run python docs/mesa_api.py

# %% One county, at 20 registered persons a row
from pathlib import Path

import mesa
import numpy as np

import hecun

CONFIG = Path(__file__).parent.parent / "configs" / "dechang_2020.yaml"
config = hecun.load(CONFIG, {"scale": 20})
county = hecun.CountyModel(config)
people = county.agents_by_type[hecun.Villager]
cadres = county.agents_by_type[hecun.Cadre]
collectives = county.agents_by_type[hecun.VillageCollective]
print(f"{len(people):,} villagers, {len(cadres)} cadres, {len(collectives)} collectives")

# %% Mesa's DataCollector, on aggregates (never on 10,000 villagers one by one)
collector = mesa.DataCollector(
    model_reporters={
        "trust": lambda m: m.agents_by_type[hecun.Villager].agg("trust", np.mean),
        "away": lambda m: float((m.agents_by_type[hecun.Villager].array("labour") == 2).mean()),
        "cadres": lambda m: len(m.agents_by_type[hecun.Cadre]),
    },
    agenttype_reporters={
        hecun.VillageCollective: {"income": "total_income", "assets": "total_assets"}
    },
)

# %% Twelve months to just after the reform: step, run_for, and one month by hand
county.run_for(18)
for _ in range(12):
    county.step()
    collector.collect(county)
print(collector.get_model_vars_dataframe().round(4).tail(3))
print(collector.get_agenttype_vars_dataframe(hecun.VillageCollective).groupby("Step").sum().tail(2))

# %% len, iteration, index, get, agg, groupby, select, map, sort: all are Mesa's
print(
    "first villager:", people[0], "aged", round(people[0].age, 1), "at", people[0].cell.coordinate
)
print("mean trust by labour state:", people.groupby("labour").agg("trust", np.mean))
print("range of incomes:", people.agg("income", [min, max]))


@hecun.columnar
def remote_elderly(rows):  # a predicate on columns: no view is made
    """Villagers of 60 and over."""
    return rows["age"] >= 60


elderly = people.select(remote_elderly)
print(f"{len(elderly):,} villagers of 60 and over, mean experience of service:",
      round(elderly.agg("experience", np.mean), 3))  # fmt: skip
leaders = cadres.select(lambda cadre: cadre.post_name == "secretary-director")
print(
    len(leaders), "secretary-directors; the youngest:", leaders.sort("age", ascending=True)[0].age
)
print("pay of three:", cadres.to_list()[:3], cadres.get("pay")[:3])
print("richest collective:", max(collectives, key=lambda c: c.total_assets).total_assets)

# %% set, do and shuffle_do write through to the columns

before = people.agg("digital", np.mean)
people.set("digital", True)
print("digital access:", round(before, 3), "->", people.agg("digital", np.mean))


def raise_pay(cadre, by):
    """Raise one cadre's pay (yuan/month)."""
    cadre.pay += by


cadres.shuffle_do(raise_pay, 100.0)
print("pay after the raise:", cadres.get("pay")[:3])

# %% The grid: cells, property layers, neighbours, and who stands where
grid = county.grid
cell = collectives[0].cell
print("cell", cell.coordinate, "old village", cell.original_village, "merged", cell.merged_village)
print("agents there:", len(list(cell.agents)), "neighbours:", len(cell.neighborhood))
merged = grid.merged_village.data
print("merged villages and communities on the map:", np.unique(merged[merged >= 0]).size)

# %% Pickling: the copy goes on where the original stands, with the same luck
import pickle  # noqa: E402

twin = pickle.loads(pickle.dumps(county))
twin.step()
county.step()
same = np.array_equal(twin.villagers["trust"], county.villagers["trust"])
print("the pickled county goes on alike:", same)
if not same:
    raise SystemExit("the pickled county went another way")
