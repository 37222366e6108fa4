"""Origin of a figure: of which county, months and runs it is, in one line of its notes."""

from typing import Any

from sim.errors import InputError
from sim.model.world.registry import find_county
from sim.report.experiment import _every, settings
from sim.words import word


def origin(results: Any, lang: str, monthly: bool = False) -> str:
    """Return in words what results are of; '' where nothing is known.

    Parameters
    ----------
    results : Results or ExperimentResults
        Whose figure.
    lang : {"en", "zh"}
        Language.
    monthly : bool
        Whether the figure shows every month: the window of means is left out.
    """
    if "title" in results.manifest:
        return word("origin_run", lang, title=results.manifest["title"][lang])
    if not (results.folder / "experiment.yaml").is_file():
        return ""
    codes = sorted(set(_every(settings(results), "registry")))
    counties = ", ".join(_named(code, lang) for code in codes[:3])
    if not counties or len(codes) > 3:
        counties = word("origin_counties", lang, n=len(codes)) if codes else ""
    ends = sorted({span.split()[-1] for span in results.manifest.get("months") or {}})
    window = (
        word("origin_window", lang, end=", ".join(ends)) if len(ends) == 1 and not monthly else ""
    )
    return word("origin_joined", lang).join(part for part in (counties, window) if part)


def _named(code: str, lang: str) -> str:
    try:
        entry = find_county(code)
    except InputError:
        return code
    return entry.name if lang == "zh" else f"{entry.pinyin} ({entry.name})"
