"""The page that follows one need: its parameters are there, and of the confidence it says."""

import re
from pathlib import Path

from sim.model.parameters import parameters

PAGE = (Path(__file__).parents[2] / "docs" / "errand.md").read_text("utf-8")
TABLE = [line for line in PAGE.splitlines() if re.match(r"\| \d+\. ", line)]


def test_every_parameter_on_the_page_is_there_with_its_confidence():
    known = {name: p for each in parameters().values() for name, p in each.items()}
    told = re.findall(r"`(?:\w+\.)?(\w+)` ([ABC])\b", PAGE)
    assert len(told) > 25 and len(TABLE) == 13
    for name, confidence in told:
        assert known[name].confidence == confidence, name
    levers = r"levers? (?:`\w+`, )*"  # may be called as a parameter is
    rest = re.sub(rf"{levers}`\w+`", "", "\n".join(TABLE))
    bare = re.findall(r"`(?:\w+\.)?(\w+)`(?! [ABC]\b)", rest)
    assert [name for name in bare if name in known] == []


def test_every_parameter_of_service_is_on_the_page():
    wanted = [*parameters()["service"], "office_presence", "office_day", "rota_known"]
    assert [n for n in wanted if f"`{n}`" not in PAGE and f"`service.{n}`" not in PAGE] == []
