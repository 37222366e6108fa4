"""Scale changes noise, never effects: every policy on every headline, at two scales."""

from pathlib import Path

import pytest

import sim
from docs.make_scales import MARGINS, rows

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
    assert len(found) == 16 * len(MARGINS)
    assert [row for row in found if not row.same] == []
    reach = {row.arm: row.effect for row in found if row.outcome == "service_reach"}
    assert reach["without_merger"] > 0.1  # what is the same is not nothing
