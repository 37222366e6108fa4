"""Places that name every policy name those there are: the next one is not forgotten."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.dashboard import levers
from sim.model.policies import POLICIES

ROOT = Path(__file__).parents[2]
#: policies that have no lever on the page: it would be too long
NO_LEVER = {
    "pay", "selection", "settlement", "training", "first_secretary", "asset_rules",
    "collective_support", "oversight", "consultation", "paperwork", "contact", "party_members",
    "roles", "overhaul", "village_ventures", "specialists",
}  # fmt: skip
#: pages that say how many policies there are
COUNTED = ("determinism.md", "performance.md", "policies.md")


def test_the_page_on_policies_has_a_row_for_each():
    arms = YAML(typ="safe", pure=True).load(ROOT / "experiments" / "each_policy.yaml")["arms"]
    page = (ROOT / "docs" / "policies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z ]+) \|", page, re.MULTILINE)[1:]
    shown = {name.replace(" ", "_").removeprefix("without_") for name in rows}
    assert shown == set(POLICIES), "run docs/make_policies.py"
    assert {name.replace("_", " ") for name in arms if name != "merger_and_posts"} == set(rows)


def test_every_policy_has_a_lever_on_the_page_or_is_known_to_have_none():
    moved = set(re.findall(r"policies\.([a-z_]+)", Path(str(levers.__file__)).read_text("utf-8")))
    assert moved | NO_LEVER == set(POLICIES)
    assert not moved & NO_LEVER


@pytest.mark.parametrize("page", COUNTED)
def test_pages_say_how_many_there_are(page):
    assert len(POLICIES) == 21
    assert re.search(r"\btwenty-one\b", (ROOT / "docs" / page).read_text("utf-8"), re.IGNORECASE)
