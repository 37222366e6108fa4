"""Hecun (合村): an open policy laboratory for village mergers.

The name that is installed is the name that is imported: ``import hecun`` has the public names of
the package ``sim``, in which the code lies, and imports each when it is first used.

Examples
--------
>>> import hecun
>>> county = hecun.simulate("configs/dechang_2020.yaml", scale=200)
>>> county.to_frame(["service_reach", "trust"]).tail(1).round(1)  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

import sim
from sim import __version__ as __version__

if TYPE_CHECKING:
    from sim import *  # noqa: F403

__all__: list[str] = []
__all__ += sim.__all__


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name in sim.__all__:
        return getattr(sim, name)
    from sim.errors import nearest

    raise AttributeError(f"module 'hecun' has no attribute {name!r}{nearest(name, sim.__all__)}")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(sim.__all__)
