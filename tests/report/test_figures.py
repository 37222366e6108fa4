import shutil
import zipfile
from pathlib import Path

import pytest
from made_up_run import words

import sim
from sim.report import figures, fonts
from sim.report.figures import draw_run
from sim.report.maps import merger_map
from sim.results import load_results

MAPS = ["map_merger", "map_service_reach", "map_collective_income", "map_cadre_workload"]


def test_a_run_is_drawn_in_chinese_with_the_same_bytes_twice(made_up, tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "HEADLINE", ("cadre_workload",))
    copies = []
    for name in ("one", "two"):
        shutil.copytree(made_up.folder, tmp_path / name)
        files = draw_run(load_results(tmp_path / name), "zh")  # warnings (missing glyphs) fail
        copies.append({file.name: file.read_bytes() for file in files})
    assert len(copies[0]) == 6
    assert copies[0] == copies[1]


def test_without_a_chinese_font_labels_are_english_with_one_warning(made_up, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    with pytest.warns(UserWarning, match="no font with Chinese characters") as caught:
        figure = merger_map(made_up, "zh")
    assert "Made-up county: 12 → 6 villages" in words(figure)
    assert len(caught) == 1
    shutil.copytree(made_up.folder, tmp_path / "run")
    with pytest.warns(UserWarning, match="no font with Chinese characters") as caught:
        files = draw_run(load_results(tmp_path / "run"), "zh")
    assert len(caught) == 1
    names = [f"{name}_zh.{suffix}" for name in (*MAPS, "series") for suffix in ("png", "svg")]
    assert files == [tmp_path / "run" / "figures" / name for name in names]
    assert all(file.stat().st_size > 10_000 for file in files)


def test_the_packaged_font_has_every_character_of_labels_and_registry():
    from matplotlib.ft2font import FT2Font
    from pylopdf_fonts_zh_cn import sans_path

    from sim.config.chinese import LABELS
    from sim.outcomes.catalogue import OUTCOMES
    from sim.report.labels import UNITS, WORDS

    assert fonts.chinese_family() == "Noto Sans SC"
    known = FT2Font(str(sans_path())).get_charmap()
    texts = [pair[1] for pair in (*UNITS.values(), *WORDS.values())]
    texts += [outcome.zh for outcome in OUTCOMES.values()] + list(LABELS.values())
    with zipfile.ZipFile(Path(sim.__file__).parent / "data" / "registry.zip") as archive:
        texts += [archive.read(name).decode() for name in archive.namelist()]
    assert {c for c in "".join(texts) if ord(c) > 0x2E80 and ord(c) not in known} == set()


def test_style_does_not_leak_out_of_a_figure(made_up):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    merger_map(made_up)
    assert dict(mpl.rcParams) == before
