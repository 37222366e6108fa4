"""Reports: figures, maps, series and the summary, from stored results only."""

import os
from pathlib import Path

from sim.files import cache_folder, home


def _has_a_place() -> bool:
    """Tell whether Matplotlib finds a folder of its own that it can write."""
    if "MPLCONFIGDIR" in os.environ:
        return True
    own = home()
    for key, name in (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache")):
        folder = Path(os.environ[key]) if os.environ.get(key) else own and own / name
        if folder is None:
            return False
        place = next((path for path in (folder, *folder.parents) if path.exists()), folder)
        if not os.access(place, os.W_OK):
            return False
    return True


if not _has_a_place():  # it would make one anew in every process, and look for all fonts again
    os.environ["MPLCONFIGDIR"] = str(cache_folder("matplotlib"))
