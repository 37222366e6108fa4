"""The film of a merger."""

import itertools
import shutil

import numpy as np
import pytest
from PIL import Image, ImageSequence

from sim.errors import InputError
from sim.report import animation
from sim.report.animation import animate


@pytest.fixture
def short(monkeypatch):
    """Few and small frames."""
    monkeypatch.setattr(animation, "_MOST_FRAMES", 6)
    monkeypatch.setattr(animation, "_DPI", 50)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_gif_shows_borders_change_at_the_reform(made_up, tmp_path, short, lang):
    path = tmp_path / "merger.gif"
    assert animate(made_up, path, "trust", lang) == 6
    with Image.open(path) as film:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == 6
    assert len({frame.shape for frame in frames}) == 1
    changed = [int((a != b).any(axis=2).sum()) for a, b in itertools.pairwise(frames)]
    assert min(changed) > 0
    with pytest.raises(InputError, match="is there already"):
        animate(made_up, path)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg")
def test_an_mp4_is_a_film(made_up, tmp_path, short):
    path = tmp_path / "merger.mp4"
    assert animate(made_up, path) == 6
    assert path.read_bytes()[4:8] == b"ftyp"


def test_what_cannot_be_filmed_is_said(made_up, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"ending in \.gif or \.mp4"):
        animate(made_up, tmp_path / "merger.avi")
    with pytest.raises(InputError, match=r"not in villages\.parquet"):
        animate(made_up, tmp_path / "merger.gif", "backlog")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="needs the program ffmpeg"):
        animate(made_up, tmp_path / "merger.mp4")
    assert list(tmp_path.iterdir()) == []
