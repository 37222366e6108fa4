"""Links, YAML and commands of the page: they lead to the same runs, and to nothing else."""

import shlex
from urllib.parse import parse_qsl

import pytest

from sim.config import load
from sim.dashboard.comparison import Comparison
from sim.dashboard.link import QUICK, Asked, command, difference, opened, query
from sim.dashboard.work import simulate
from sim.options import overrides_of
from sim.words import LANGUAGES

CONFIG = "configs/leshan_shizhong_2020.yaml"
OUTCOMES = {"trust": "", "service_reach": ""}


def read(search, source=CONFIG):
    return opened(search, Asked(source), "en", "service_reach", OUTCOMES, "1.0")


@pytest.mark.parametrize(
    "asked",
    [
        Asked(CONFIG),
        Asked(CONFIG, "140322", (("merger", True), ("ratio", 0.4), ("posts", 7)), 0, 10, 100),
        Asked(CONFIG, "", (("merger", False), ("online", 0.35)), 2**31, 3, 1),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_gives_what_it_was_made_of(asked, lang):
    found = read(query(asked, lang, "trust", "1.0"))
    assert (found.asked, found.lang, found.outcome, found.wrong) == (asked, lang, "trust", ())


@pytest.mark.parametrize(
    "search",
    [
        "policies.merger.ratio=0.01",
        "policies.merger.ratio=nan",
        "policies.merger.ratio=x",
        "policies.merger=maybe",
        "seed=-1",
        "seeds=11",
        "scale=0",
        "scale=1e3",
        "county=../../etc",
        "config=../../etc/passwd",
        "county.villages=/etc/passwd",
        "policies.os:system=1",
        "outcome=none",
    ],
)
def test_what_a_link_may_not_ask_for_is_left_out_and_said(search):
    found = read(search)
    assert found.asked == Asked(CONFIG)
    name = search.partition("=")[0]
    assert len(found.wrong) == 1
    assert name in found.wrong[0]


def test_an_empty_link_is_the_configuration_and_another_version_is_said():
    assert read("").asked == Asked(CONFIG, scale=QUICK)
    assert read("").wrong == ()
    (told,) = read("version=0.0.1").wrong
    assert "0.0.1" in told and "1.0" in told


def test_a_configuration_is_named_by_its_file_among_those_beside():
    assert read("config=dechang_2020").asked.source == "configs/dechang_2020.yaml"
    assert dict(parse_qsl(query(Asked(CONFIG), "en", "trust", "1")))["config"] == (
        "leshan_shizhong_2020"
    )


MOVED = {"ratio": 0.5, "posts": 6, "ventures": 12}


@pytest.mark.parametrize(
    ("county", "moved"), [("", MOVED), ("", {"merger": False}), ("140322", MOVED), ("", {})]
)
def test_yaml_and_command_are_what_is_shown(county, moved, tmp_path):
    shown = Comparison(CONFIG, county or None, 200, 3, **moved)
    assert not shown.problem
    words = shlex.split(command(CONFIG, shown.changes))
    assert words[:3] == ["hecun", "run", CONFIG]
    given, rest = {}, words[3:]
    while rest:
        option, value, *rest = rest
        if option == "--set":
            given |= overrides_of((value,))
        else:
            given[option[2:]] = int(value)
    assert load(words[2], given) == shown.config
    text = difference(CONFIG, shown.changes, "said").replace("extends: ", "extends: CONFIGS/")
    file = tmp_path / "again.yaml"
    from pathlib import Path

    file.write_text(text.replace("CONFIGS", str(Path("configs").resolve())), "utf-8")
    assert load(file) == shown.config


class Never:
    def is_set(self):
        return False


class Soon:
    def __init__(self, times):
        self.left = times

    def is_set(self):
        self.left -= 1
        return self.left < 0


def test_work_shows_the_start_then_all_seeds_and_ends_when_nobody_wants_it():
    shown = []
    asked = Asked("configs/dechang_2020.yaml", seeds=3, scale=500)
    simulate(asked, shown.append, Never())
    assert shown[0].done == 0 and shown[0].county.starts
    assert shown[-1].whole and len(shown[-1].seeds) == 3
    assert [one.share for one in shown] == sorted(one.share for one in shown)
    first, second = (seed["service_reach"][0] for seed in shown[-1].seeds[:2])
    assert len(first) == shown[-1].county.config.months
    assert (first != second).any()
    early = []
    simulate(asked, early.append, Soon(5))
    assert early[-1].county.done <= 5 and not early[-1].whole
    wrong = []
    simulate(Asked("none.yaml"), wrong.append, Never())
    assert "none.yaml" in wrong[-1].county.problem
