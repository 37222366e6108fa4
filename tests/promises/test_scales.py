"""Scale changes noise, never effects: every policy on every headline, at two scales."""

from pathlib import Path

import numpy as np
import pytest

import sim
from docs.make_scales import MARGINS, rows
from sim.model.world.population import evenly

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_paired_effects_of_every_policy_do_not_depend_on_the_scale(tmp_path):
    """Equivalence within the margins of docs/scale.md, at the 5 % level."""
    text = (ROOT / "experiments" / "scales.yaml").read_text("utf-8")
    text = text.replace("scale: [2, 10, 50, 100]", "scale: [10, 50]").replace(
        "../configs", str(ROOT / "configs")
    )
    path = tmp_path / "scales.yaml"
    path.write_text(text.replace("replicates: 8", "replicates: 6"), "utf-8")
    found = list(rows(sim.experiment(path, out=tmp_path / "out")))
    assert len(found) == 21 * len(MARGINS)
    assert [row for row in found if not row.same] == []
    reach = {row.arm: row.effect for row in found if row.outcome == "service_reach"}
    assert reach["without_merger"] > 0.05  # what is the same is not nothing


def test_rows_of_a_village_are_as_mixed_as_its_persons():
    """As many rows of a village are away, or online, as its share, to within a row."""
    luck, sizes = np.random.default_rng(1), [0, 1, 2, 14, 300, 1, 0, 7]
    kind = luck.permutation(np.repeat(np.arange(len(sizes)), sizes))
    for share in (0.0, 0.25, 0.5, 0.999, 1.0):
        drawn = evenly(luck.random(kind.size), luck.random(kind.size), kind) < share
        found = np.bincount(kind, drawn, len(sizes))
        assert (np.abs(found - share * np.array(sizes)) <= 1.0).all()
    alone = [evenly(luck.random(1), luck.random(1), np.array([3]))[0] for _ in range(2000)]
    assert np.mean(alone) == pytest.approx(0.5, abs=0.03)  # each by itself is uniform
