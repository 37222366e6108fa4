"""Modules stood in for while another is imported: loaded when used, and nothing is lost."""

import subprocess
import sys

import pytest

COUNTY = "import sim.model.county"
FIGURES = "from sim.report.plotting import sns"
MESA = """
import random, mesa
from mesa.discrete_space import Network, OrthogonalMooreGrid, VoronoiGrid
luck = {"random": random.Random(1)}
"""
USES = {
    "networks": (
        "networkx",
        "import networkx as nx; print(len(list(Network(nx.path_graph(4), **luck).all_cells)))",
        "4",
    ),
    "points": (
        "scipy.spatial",
        "print(len(list(VoronoiGrid([[0, 1], [1, 3], [1.1, 1], [2, 2]], **luck).all_cells)))",
        "4",
    ),
    "tables": (
        "pandas",
        "d = mesa.DataCollector(model_reporters={'four': lambda model: 4});"
        "d.collect(mesa.Model(rng=1)); print(d.get_model_vars_dataframe()['four'][0])",
        "4",
    ),
}


def printed(code: str) -> list[str]:
    """Return what another process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def loaded(*names: str) -> str:
    """Return code that prints which modules are loaded."""
    return f"import sys; print([name for name in {names} if name in sys.modules])"


@pytest.mark.parametrize("use", USES)
def test_what_mesa_seldom_needs_is_loaded_when_it_is_used(use: str) -> None:
    module, code, expected = USES[use]
    before, found, after = printed(
        "\n".join(
            [COUNTY, loaded("pandas", "networkx", "scipy.spatial"), MESA, code, loaded(module)]
        )
    )
    assert before == "[]"
    assert (found, after) == (expected, f"['{module}']")


def test_what_is_loaded_already_is_not_stood_in_for() -> None:
    code = "import pandas, scipy.spatial, mesa.agent, mesa.discrete_space.grid as grid"
    last = "print(mesa.agent.pd is pandas, grid.KDTree is scipy.spatial.KDTree)"
    assert printed("\n".join([code, COUNTY, last])) == ["True True"]
    code = "import pandas, scipy.spatial"
    last = "import mesa.discrete_space.grid as grid; print(grid.KDTree is scipy.spatial.KDTree)"
    assert printed("\n".join([code, COUNTY, last])) == ["True"]


def test_seaborn_smooths_and_clusters_once_asked() -> None:
    asked = (
        "import matplotlib; matplotlib.use('agg'); import numpy as np\n"
        "x = np.arange(9.0); sns.kdeplot(x=x)\n"
        "print(sns.clustermap(np.outer(x, x)).dendrogram_row.linkage.shape)"
    )
    before, shape = printed("\n".join([FIGURES, loaded("scipy.stats", "scipy.cluster"), asked]))
    assert (before, shape) == ("[]", "(8, 4)")
