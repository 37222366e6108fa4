"""Sentences that answer an experiment's question, made from its numbers."""

from math import nan
from typing import TYPE_CHECKING, Any

from sim.lab.answers import read
from sim.lab.methods.statistics import decimals
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.effects import Frame, level
from sim.report.experiment import averaged, design_titles, factors_of, point_names
from sim.words import unit_label, word
from sim.words.labels import key_label, outcome_label
from sim.words.numbers import number

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults


def compared(results: "ExperimentResults") -> bool:
    """Tell whether an experiment compares arms."""
    return results.manifest["experiment"] == "compare"


def own_places(value: float, places: int) -> int:
    """Return the decimals of a value beside an effect: three figures, and no fewer than its."""
    return max(places, decimals(value, nan))


def _with_unit(value: float, places: int, key: str, lang: str, sign: bool = False) -> str:
    """Return a value with its outcome's unit."""
    unit = OUTCOMES[key].unit
    shown = number(value, places, sign=sign)
    return shown if unit in ("1", "0-1") else f"{shown} {unit_label(unit, lang)}"


def _without_value(key: str, lang: str) -> str:
    return word("answer_none", lang, outcome=outcome_label(key, lang))


def answers(results: "ExperimentResults", lang: str) -> list[str]:
    """Return what was found for the outcomes that are shown, in sentences."""
    if compared(results):
        return _effect_answers(results, lang)
    if results.manifest["experiment"] == "study":
        return _study_answers(results, lang)
    design = results.design
    factors = [name for name in factors_of(results) if len(set(map(str, design[name]))) > 1]
    if results.manifest["experiment"] == "factorial":
        return [said for name in factors for said in _level_answers(results, name, lang)]
    means: Frame = results.means(results.shown())
    out = []
    for key in results.shown():
        rows = means[means["outcome"] == key]
        rows = rows[(rows["n"] > 0) & (rows["n"] == rows["n"].max())]  # a failed run moves means
        if not len(rows):
            out.append(_without_value(key, lang))
            continue
        low, high = float(rows["mean"].min()), float(rows["mean"].max())
        places = decimals(low, high - low)
        out.append(
            word(
                "answer_spread",
                lang,
                outcome=outcome_label(key, lang),
                low=_with_unit(low, places, key, lang),
                high=_with_unit(high, places, key, lang),
                points=len(rows),
            )
        )
    return out


def _study_answers(results: "ExperimentResults", lang: str) -> list[str]:
    """Return what studies of each design find at its largest size, a sentence a design."""
    titles, out = design_titles(results, lang), []
    for name, rows in read(results)["studies"].groupby("design", sort=False):
        row = rows.iloc[-1].to_dict()
        places = decimals(row["truth"], row["sd"])
        unit = "" if row["unit"] in ("1", "0-1") else f" {unit_label(row['unit'], lang)}"
        told: dict[str, Any] = {
            key: number(row[key], own_places(row[key], places), sign=True) + unit
            for key in ("truth", "estimate", "bias")
        }
        told |= {key: number(100.0 * row[key], 0) for key in ("power", "coverage")}
        told |= {"design": titles.get(str(name), str(name)), "villages": number(row["villages"], 0)}
        key = "answer_study_nothing" if row["power_is"] == "size" else "answer_study"
        out.append(word(key, lang, **told))
    return out


def _effect_answers(results: "ExperimentResults", lang: str) -> list[str]:
    names, out = point_names(results, lang), []
    for row in results.effects(results.shown()).to_dict("records"):
        key, half = row["outcome"], (row["high"] - row["low"]) / 2
        if not row["n"]:
            out.append(_without_value(key, lang))
            continue
        places = decimals(row["effect"], half)
        out.append(
            word(
                "answer_effect",
                lang,
                arm=names[int(row["point"])],
                against=names[int(row["against"])],
                outcome=outcome_label(key, lang),
                effect=_with_unit(row["effect"], places, key, lang, sign=True),
                low=number(row["low"], places, sign=True),
                high=number(row["high"], places, sign=True),
                reference=_with_unit(
                    row["reference"], own_places(row["reference"], places), key, lang
                ),
                n=int(row["n"]),
                verdict=word(f"verdict_{verdict(row, key)}", lang),
            )
        )
    return list(dict.fromkeys(out))


def verdict(row: dict[str, Any], key: str) -> str:
    """Return whether an effect is better, worse, changed (neither), unclear, or exactly none."""
    if row["low"] == row["effect"] == row["high"] == 0.0:
        return "same"
    if not (row["low"] > 0 or row["high"] < 0):
        return "unclear"
    better = OUTCOMES[key].better
    if better == "neither":
        return "changed"
    return "better" if (row["effect"] > 0) == (better == "more") else "worse"


def _level_answers(results: "ExperimentResults", factor: str, lang: str) -> list[str]:
    frame, out = averaged(results, [factor]), []
    for key in results.shown():
        rows = frame[(frame["outcome"] == key) & (frame["n"] > 0)]
        if not len(rows):
            out.append(_without_value(key, lang))
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        half = float((last["high"] - last["low"]) / 2)
        places = decimals(float(last["mean"]), half)
        out.append(
            word(
                "answer_levels",
                lang,
                factor=key_label(factor, lang),
                first=level(first[factor]),
                last=level(last[factor]),
                outcome=outcome_label(key, lang),
                low=_with_unit(float(first["mean"]), places, key, lang),
                high=_with_unit(float(last["mean"]), places, key, lang),
                n=int(last["n"]),
            )
        )
    return out
