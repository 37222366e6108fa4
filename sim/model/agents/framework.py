"""Mesa, without the libraries of those parts of it that a county does not use.

They are pandas (tables of a data collector), networkx (networks), SciPy's trees (neighbours in
continuous space) and tqdm (batch runs); each is loaded when such a part is first used.
"""

from sim.later import standing_in

with standing_in("pandas", "networkx", "scipy.spatial", "scipy.spatial.distance", "tqdm.auto"):
    import mesa

__all__ = ["mesa"]
