import shutil
import subprocess
import sys

import pytest
from made_up_run import words

from sim import load_results
from sim.model.outcomes import catalogue
from sim.model.world import archive
from sim.report import fonts
from sim.report.drawer import Drawer
from sim.report.figures import draw_run
from sim.report.maps import merger_map

NAMES = ["map_merger", "series"]
NAMES += [f"map_{key}" for key in catalogue.HEADLINE]


def test_a_run_is_drawn_in_chinese_with_the_same_bytes_twice(made_up, tmp_path):
    copies = []
    for name in ("one", "two"):
        shutil.copytree(made_up.folder, tmp_path / name)
        files = draw_run(
            load_results(tmp_path / name), "zh", svg=True
        )  # warnings (missing glyphs) fail
        copies.append({file.name: file.read_bytes() for file in files})
    assert len(copies[0]) == 2 * len(NAMES)
    assert copies[0] == copies[1]


def test_without_a_chinese_font_labels_are_english_with_one_warning(made_up, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    with pytest.warns(UserWarning, match="no font with Chinese characters") as caught:
        figure = merger_map(made_up, "zh")
    assert "12 → 6 villages" in words(figure)
    assert len(caught) == 1
    shutil.copytree(made_up.folder, tmp_path / "run")
    with pytest.warns(UserWarning, match="no font with Chinese characters") as caught:
        files = draw_run(load_results(tmp_path / "run"), "zh")
    assert len(caught) == 1
    names = [f"{name}_zh.png" for name in NAMES]
    assert files == [tmp_path / "run" / "figures" / name for name in names]
    assert all(file.stat().st_size > 10_000 for file in files)


def test_another_process_draws_the_same_bytes(made_up, tmp_path, monkeypatch):
    shutil.copytree(made_up.folder, tmp_path / "here")
    files = draw_run(load_results(tmp_path / "here"), "en", svg=True)
    shutil.copytree(made_up.folder, tmp_path / "there")
    monkeypatch.delitem(sys.modules, "seaborn")  # as before anything was drawn
    with Drawer("en", svg=True) as drawer:
        drawer.start(tmp_path / "there")
        assert drawer.finish(tmp_path / "there") == ["en", "en.svg"]
    there = tmp_path / "there" / "figures"
    assert len(files) == 2 * len(NAMES) and {f.suffix for f in files} == {".png", ".svg"}
    for file in files:
        assert (there / file.name).read_bytes() == file.read_bytes(), file.name


def test_what_cannot_be_written_is_said_though_another_process_draws(
    made_up, tmp_path, monkeypatch
):
    shutil.copytree(made_up.folder, tmp_path / "run")
    (tmp_path / "run" / "figures").write_text("in the way")
    monkeypatch.delitem(sys.modules, "seaborn", raising=False)
    with Drawer("en", svg=False) as drawer:
        drawer.start(tmp_path / "run")
        with pytest.raises(FileExistsError):
            drawer.finish(tmp_path / "run")


def test_the_other_process_ends_with_its_context_and_its_death_is_said(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "seaborn", raising=False)
    with Drawer("en", svg=False) as drawer:
        (left,) = drawer._pool._processes.values()
    with Drawer("en", svg=False) as drawer:
        (killed,) = drawer._pool._processes.values()
        killed.kill()
        killed.join()
        with pytest.raises(RuntimeError, match="the figures could not be drawn"):
            drawer.start(tmp_path)
            drawer.finish(tmp_path)
    left.join(20)
    assert not left.is_alive()


SCRIPT = """
from pathlib import Path
from sim.report.drawer import Drawer
print("once")
with Drawer("en", svg=False) as drawer:
    drawer.start(Path("run"))
    print(drawer.finish(Path("run")))
"""


def test_a_script_without_main_guard_may_draw(made_up, tmp_path):
    shutil.copytree(made_up.folder, tmp_path / "run")
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("once\n['en']\n", "")
    assert len(list((tmp_path / "run" / "figures").iterdir())) == len(NAMES)


def test_the_packaged_font_has_every_character_of_labels_and_registry():
    from matplotlib.ft2font import FT2Font
    from pylopdf_fonts_zh_cn import sans_path

    from sim.config import json_schema
    from sim.model.outcomes.catalogue import OUTCOMES
    from sim.words import WORDS

    assert fonts.chinese_family() == "Noto Sans SC"
    known = FT2Font(str(sans_path())).get_charmap()
    texts = [chinese for _, chinese in WORDS.values()]
    texts += [outcome.zh for outcome in OUTCOMES.values()] + [str(json_schema())]
    for line in archive.index():
        rows = archive.rows_of(line["code"], archive.block(line, "list"))
        texts += [*line.values(), *(row.name + row.township for row in rows)]
    missing = {c for c in "".join(texts) if ord(c) > 0x2E80 and ord(c) not in known}
    # two rare letters in three names, and what the source itself could not write
    assert {c for c in missing if not "\ue000" <= c <= "\uf8ff"} == {"𣒍", "𡌶"}


def test_style_does_not_leak_out_of_a_figure(made_up):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    merger_map(made_up)
    assert dict(mpl.rcParams) == before
