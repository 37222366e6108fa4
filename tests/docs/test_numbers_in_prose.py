"""Numbers in the prose of the front pages and of the limits: each follows from something."""

import re
from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import sim
from sim.model.world.registry import counties, registry_units

ROOT = Path(__file__).parent.parent.parent
FRONT = ("README.md", "README.zh-CN.md", "docs/index.md", "docs/index.zh.md")
LIMITS = " ".join((ROOT / "docs" / "limits.md").read_text("utf-8").split())
#: written with digits and no quantities: licence, encoding, names
NAMES = re.compile(r"\S*(?:UTF-8|zh-CN|\w+_2020|https?:)\S*")


def experiment(name):
    return YAML(typ="safe").load(StringIO((ROOT / f"experiments/{name}.yaml").read_text("utf-8")))


def known():
    """Return what the front pages may say, each number from where it is decided."""
    dechang = sim.load(ROOT / "configs" / "dechang_2020.yaml")
    units = registry_units("513424", 2019)
    villages = int(units.is_village.sum())
    python = re.search(r'requires-python = ">=([\d.]+)', (ROOT / "pyproject.toml").read_text())
    assert python is not None
    return {
        str(villages),
        str(len(units) - villages),
        str(dechang.months),
        f"{sum(any(entry.numbers.values()) for entry in counties()):,}",
        python[1],
        *PROVINCE,
        *("2019", "2020"),  # the years of the reform
    }


#: villages of Sichuan before and after: published by the province, in no table here
PROVINCE = ("45,052", "27,024")


def prose(path):
    """Return a page without its code, but with what its commands are said to do."""
    text = (ROOT / path).read_text("utf-8")
    comments = " ".join(re.findall(r"^python -m .*?   ?# (.*)$", text, re.M))
    text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", text, flags=re.S)
    return NAMES.sub(" ", f"{text} {comments}")


@pytest.mark.parametrize("path", FRONT)
def test_every_number_of_a_front_page_is_known(path):
    found = set(re.findall(r"\d[\d,.]*\d|\d", prose(path)))
    assert found - known() == set()


def test_numbers_of_the_front_pages_are_found_at_all():
    assert {"137", "84", "2,900", *PROVINCE} <= set(
        re.findall(r"\d[\d,.]*\d|\d", prose("README.md"))
    )


def test_the_province_is_quoted_alike():
    """The planned merger of an example has the province's ratio; both pages say the same."""
    after_before = "27,024 of 45,052"
    text = (ROOT / "configs" / "xichang_generated.yaml").read_text("utf-8")
    ratio = re.search(rf"ratio: ([\d.]+) +# Sichuan: {after_before}", text)
    assert ratio and float(ratio[1]) == round(27024 / 45052, 2)
    assert all(number in prose("README.zh-CN.md") for number in PROVINCE)


def test_limits_say_what_worlds_draw():
    for county in ("leshan", "dechang"):
        given = experiment(f"what_each_part_does_{county}")
        assert given["factors"]["parameters"] == given["factors"]["variants"] == "prior"
        assert 200 <= given["replicates"] < 1000 and "A few hundred worlds" in LIMITS
        assert 0.04 < 1.96 * (0.25 / given["replicates"]) ** 0.5 < 0.07  # "some five points"
        levers = [key for key in given["factors"] if key.startswith("policies.")]
        assert len(levers) == {"leshan": 5, "dechang": 11}[county]  # as answers.md says
    assert (
        "draw every parameter that no report gives, the form of every contested mechanism" in LIMITS
    )
    assert "(five in Leshan, eleven in Dechang;" in " ".join(prose("docs/answers.md").split())


def test_limits_count_sobols_base_samples():
    samples = experiment("what_parameters_explain")["samples"]
    assert 55 <= samples < 70 and "some sixty base samples" in LIMITS
