"""Seaborn, without SciPy's statistics: no figure here asks for a smoothed density or a dendrogram.

They are loaded should one do so.
"""

from sim.later import standing_in

with standing_in("scipy.stats", "scipy.cluster", "scipy.cluster.hierarchy"):
    import seaborn as sns

__all__ = ["sns"]
