"""Albers' equal-area conic projection, and outlines on it, thinned to what can be seen."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path as Outline

Points = npt.NDArray[np.float64]
_EARTH = 6371.0  # km
_LEAST = 4  # points of a ring, the first again at the end


@dataclass(frozen=True)
class Conic:
    """An equal-area conic projection (Snyder 1987, p. 100), of a sphere.

    Attributes
    ----------
    middle : (float, float)
        Longitude and latitude of the origin, degrees.
    parallels : (float, float)
        Latitudes that are true to scale, degrees.
    """

    middle: tuple[float, float]
    parallels: tuple[float, float]

    @classmethod
    def over(cls, points: Points) -> "Conic":
        """Return the projection for points (n, 2): its parallels a sixth from both ends."""
        west, south = points.min(axis=0)
        east, north = points.max(axis=0)
        sixth = (north - south) / 6
        middle = float(west + east) / 2, float(south + north) / 2
        return cls(middle, (float(south + sixth), float(north - sixth)))

    def __call__(self, points: Points) -> Points:
        """Return x (east) and y (north) in km of longitudes and latitudes (n, 2), degrees."""
        first, second = np.sin(np.radians(self.parallels))
        n = (first + second) / 2
        c = 1 - first**2 + 2 * n * first
        turn = n * np.radians(points[:, 0] - self.middle[0])
        far = _EARTH / n * np.sqrt(c - 2 * n * np.sin(np.radians(points[:, 1])))
        origin = _EARTH / n * np.sqrt(c - 2 * n * np.sin(np.radians(self.middle[1])))
        return np.stack([far * np.sin(turn), origin - far * np.cos(turn)], axis=1)


def outline_of(polygons: list[list[Points]], conic: Conic, step: float) -> Outline:
    """Return polygons as one outline in km, its points on a grid of so many km.

    Rings that vanish on the grid are left out, but for the largest.

    Parameters
    ----------
    polygons : list of lists of float arrays (n, 2)
        Longitude and latitude, degrees; each polygon's rings are closed.
    conic : Conic
        Projection.
    step : float
        Side of the grid, km.
    """
    flat = [conic(ring) for rings in polygons for ring in rings]
    rings = [thin for ring in flat if len(thin := thinned(ring, step)) >= _LEAST]
    rings = rings or [max(flat, key=len)]
    return Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))


def thinned(ring: Points, step: float) -> Points:
    """Return a ring's points on a grid, without those that repeat or lie on a straight line."""
    at = np.rint(ring / step)
    at = at[np.r_[True, (np.diff(at, axis=0) != 0).any(axis=1)]]
    if len(at) < _LEAST:
        return at[:0] * step
    inward, outward = np.diff(at[:-1], axis=0), np.diff(at[1:], axis=0)
    turns = inward[:, 0] * outward[:, 1] != inward[:, 1] * outward[:, 0]
    return at[np.r_[True, turns, True]] * step
