"""Counties that the page offers."""

import pytest

from sim.dashboard.offered import MOST, offered, offered_said
from sim.model.world.registry import counties


def test_without_a_text_the_neighbours_of_the_one_shown():
    assert {code[:2] for code in offered("", "370114")} == {"37"}
    assert {code[:2] for code in offered("  ", "")} == {"51"}


@pytest.mark.parametrize(
    "text", ["章丘", "zhangqiu", "Zhāngqiū Qū", "370114", "济南市章丘区", "370181"]
)
def test_any_county_of_china_is_found_from_another_province(text):
    found = offered(text, "513424")
    assert "370114" in found and "513424" in found  # and the one shown stays
    assert (
        "章丘区" in found["370114"] and "Zhangqiu" in found["370114"] and "济南" in found["370114"]
    )


def test_what_nothing_fits_finds_the_nearest_and_a_list_is_not_endless():
    assert "370114" in offered("zhangqui", "513424")
    assert list(offered("!!", "513424")) == ["513424"]
    assert len(offered("区", "513424")) <= MOST + 1


def test_what_is_not_offered_is_said():
    many = len(counties("县"))
    assert many > MOST
    for lang, none in (("en", "Nothing found"), ("zh", "未找到")):
        said = offered_said("县", "513424", lang)
        assert f"{many:,}" in said and f"{MOST}" in said
        assert none in offered_said("zhangqui", "513424", lang)
        assert none in offered_said("!!", "513424", lang)
        assert offered_said("zhangqui", "", lang) != offered_said("!!", "", lang)
        assert not offered_said("章丘", "513424", lang)
        assert not offered_said(" ", "", lang)
    assert len(offered("县", "513424")) in (MOST, MOST + 1)


def test_names_tell_counties_apart():
    names = list(offered("市中区", "513424").values())
    assert len(names) == len(set(names)) > 3
