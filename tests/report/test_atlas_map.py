"""The map of the atlas: what is drawn, what is said, and where it is written."""

from io import BytesIO

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch
from matplotlib.text import Text

from sim.about.fates import Fate, fates
from sim.cli import main
from sim.errors import InputError
from sim.model.world.registry import find_county
from sim.report.atlas_map import CLASSES, Drawn, _colours, atlas_map, check_files
from sim.report.conic import Outline
from sim.report.fonts import themed
from sim.report.saving import save

LANGUAGES = ("en", "zh")


def _texts(figure):
    return "".join("".join(text.get_text().split()) for text in figure.findobj(Text))


@pytest.fixture(scope="module", params=LANGUAGES)
def hubei(request):
    return request.param, atlas_map("hubei", request.param)


def test_every_county_with_a_border_is_drawn_once(hubei):
    _, figure = hubei
    layers = [c for c in figure.axes[0].collections if c.get_gid() == "counties"]
    drawn = sum(len(layer.get_paths()) for layer in layers)
    assert drawn == sum(fate.county.area_km2 is not None for fate in fates("hubei"))
    assert not [c for c in figure.axes[0].collections if c.get_gid() == "elsewhere"]


def test_it_says_whose_borders_and_what_is_not_a_merger(hubei):
    lang, figure = hubei
    said = _texts(figure)
    for needed in ("GCJ-02", "审图号", "2,322", {"en": "Nomerger", "zh": "未合村"}[lang]):
        assert needed in said
    assert {"en": "Wuhan", "zh": "武汉"}[lang] in said
    assert "直辖" not in said  # no prefecture of that name


def test_the_legend_counts_what_is_drawn(hubei):
    _, figure = hubei
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    counted = sum(int(label.split("= ")[1].rstrip("）)").replace(",", "")) for label in labels)
    assert counted == sum(fate.county.area_km2 is not None for fate in fates("hubei"))


def test_nothing_is_clipped(hubei):
    lang, figure = hubei
    with themed(lang):
        save(figure, BytesIO(), 60, "png")
        whole = figure.bbox
        for text in figure.findobj(Text):
            if text.get_text() and text.get_visible():
                box = text.get_window_extent()
                assert box.x0 >= -1 and box.x1 <= whole.x1 + 1, text.get_text()
                assert box.y0 >= -1 and box.y1 <= whole.y1 + 1, text.get_text()


def test_classes_by_share():
    county, outline = find_county("513424"), Outline(np.zeros((1, 2)))

    def look(lost):
        return Drawn(Fate(county, "merged", 1000, lost), outline).look

    assert [look(n) for n in (150, 249, 250, 350, 450, 599, 600, 1000)] == [0, 0, 1, 2, 3, 3, 4, 4]
    assert Drawn(Fate(county, "few"), outline).look == "unmerged"
    assert Drawn(Fate(county, "missing"), outline).look == "missing"


def test_classes_darken_and_stand_off_the_grey():
    light = [np.dot(colour, (0.299, 0.587, 0.114)) for colour in _colours()]
    assert len(light) == len(CLASSES) and (np.diff(light) < -0.05).all()
    assert np.dot(to_rgb("#eeeeee"), (0.299, 0.587, 0.114)) - light[0] > 0.1


@pytest.mark.slow
def test_china_shows_what_has_no_lists():
    figure = atlas_map()
    (rest,) = (c for c in figure.axes[0].collections if c.get_gid() == "elsewhere")
    assert rest.get_paths()
    said = _texts(figure)
    assert "Taiwan" in said and "SouthChinaSea" in said and "Sichuan" in said
    assert all(isinstance(handle, Patch) for handle in figure.legends[0].legend_handles)


def test_files_are_refused_all_at_once_before_anything_is_drawn(tmp_path):
    there = tmp_path / "a.png"
    there.touch()
    with pytest.raises(InputError) as caught:
        check_files([tmp_path / "a.bmp", there, tmp_path / "none" / "a.svg"])
    assert len(caught.value.problems) == 3
    for said in ("ends in .png, .svg, .pdf", "is there already", "there is no folder"):
        assert said in str(caught.value)
    check_files([tmp_path / "new.PNG"])


def test_the_command_writes_it_in_either_form(tmp_path):
    png, svg = tmp_path / "图.png", tmp_path / "map.svg"
    asked = ["atlas", "--province", "重庆", "--lang", "zh", "--figure", png, "--figure", svg]
    done = CliRunner().invoke(main, list(map(str, asked)))
    assert done.exit_code == 0, done.output
    assert f"{png}：已绘制" in done.output
    assert png.read_bytes().startswith(b"\x89PNG") and b"<svg" in svg.read_bytes()[:600]
    again = CliRunner().invoke(main, list(map(str, asked)))
    assert again.exit_code == 2 and "文件已存在" in again.output


def test_no_map_of_a_province_without_mergers(tmp_path):
    asked = ["atlas", "--province", "西藏", "--figure", str(tmp_path / "a.png")]
    assert CliRunner().invoke(main, asked).exit_code == 2
    assert not (tmp_path / "a.png").exists()
