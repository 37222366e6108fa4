"""What an experiment calls itself and its arms, read from its folder."""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config.reading import read

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults


def settings(results: "ExperimentResults") -> dict[str, Any]:
    """Return the resolved experiment as plain data (``experiment.yaml``)."""
    path = results.folder / "experiment.yaml"
    return _settings(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _settings(path: Path, _stamp: int) -> dict[str, Any]:
    return read(path).plain()


def arm_titles(results: "ExperimentResults", lang: str) -> dict[str, str]:
    """Return the titles that arms give themselves in a language, by the arms' names.

    A title that two arms have, or that is another arm's name, tells nothing: the name stays.
    """
    arms = settings(results).get("arms") or {}
    given = {name: ((arm or {}).get("title") or {}).get(lang) or name for name, arm in arms.items()}
    often = Counter(given.values())
    return {k: title for k, title in given.items() if title != k and often[title] == 1}


def arms_called(results: "ExperimentResults", lang: str) -> dict[str, str]:
    """Return what tables call arms where not by their names, which English tables keep."""
    if lang == "en" or not (results.folder / "experiment.yaml").is_file():
        return {}
    return arm_titles(results, lang)
