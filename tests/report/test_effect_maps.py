"""Maps of effects: every old village has the colour of its own paired effect."""

import numpy as np
import pandas as pd
import pytest
from made_up_experiment import MadeUp
from made_up_run import LANGUAGES
from test_kinds import drawn, words

from sim.errors import InputError
from sim.report.effect_maps import effect_maps
from sim.report.experiment import village_effects
from sim.report.opened import load_results


def layer(axes, gid):
    return next((one for one in axes.collections if one.get_gid() == gid), None)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", [1, 2])
def test_a_map_an_arm_on_one_scale(compared, lang, columns):
    results = load_results(compared)
    figure = drawn(effect_maps(results, "travel_burden", lang, columns))
    *maps, _ = figure.axes  # the last is the bar of colours
    assert [axes.get_title() for axes in maps] == ["half", "few"]
    seen = {}
    for axes in maps:
        point = int(axes.get_gid())
        effects, _, _ = village_effects(results, "travel_burden", point)
        faces = layer(axes, "regions").get_facecolor()
        assert len(faces) == len(effects) == 12
        for effect, face in zip(effects.sort_values("code")["effect"], faces, strict=True):
            assert seen.setdefault(round(effect, 9), tuple(face)) == tuple(face)
        unclear = ((effects["low"] <= 0) & (effects["high"] >= 0)).any()
        assert (layer(axes, "unclear") is not None) == unclear
    worst, best = max(seen), min(seen)
    red, blue = np.array(seen[worst])[[0, 2]], np.array(seen[best])[[0, 2]]
    assert worst > 0 and red[0] > red[1]  # more hours on the road: red
    assert best >= 0 or blue[1] > blue[0]
    assert "n = 3" in words(figure)


def test_where_nothing_is_compared_there_is_no_map(tmp_path):
    made = MadeUp(tmp_path)
    made.effects = lambda _keys: pd.DataFrame()
    with pytest.raises(InputError, match="no design points are compared"):
        effect_maps(made, "service_reach")


def test_without_villages_there_is_no_map(tmp_path):
    with pytest.raises(InputError, match="villages"):
        effect_maps(MadeUp(tmp_path), "posts")
