"""Results of experiments, and how numbers of them are written."""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from sim.lab.answers.text import borne, cell_text, figures
from sim.lab.methods.intervals import binomial_interval
from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import OUTCOMES

ROOT = Path(__file__).parent.parent.parent
RESULTS = ROOT / "results"
COUNTIES = {"leshan": "Leshan Shizhong", "dechang": "Dechang"}


@cache
def tables(name):
    """Return the tables of an experiment; none if it was not run."""
    found = sorted((RESULTS / name / "tables").glob("*.parquet"))
    return {path.stem: pd.read_parquet(path) for path in found}


@cache
def read_results(name):
    """Return the results of an experiment; None if it was not run."""
    return ExperimentResults(RESULTS / name) if tables(name) else None


def manifest(name):
    path = RESULTS / name / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def markdown(frame, heads=None):
    """Return a frame as a table of Markdown."""
    heads = heads or list(frame.columns)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in frame.to_dict("records"):
        cells = [cell_text(name, value) for name, value in row.items()]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def interval(row, middle="effect", low="low", high="high"):
    return f"{figures(row[middle])} [{figures(row[low])}, {figures(row[high])}]"


def bearable(values, low, high):
    """Return numbers as text, to two digits of an interval's width: no more is known."""
    digits = borne(low, high)
    if digits is None:
        return [figures(value) for value in values]
    texts = [f"{round(value, digits):,.{max(digits, 0)}f}" for value in values]
    return [text.removeprefix("-") if not text.strip("-0.") else text for text in texts]


def share(row, name, low, high):
    """Return a share of worlds with its interval."""
    if pd.isna(row[name]):
        return "no effect"
    return f"{row[name]:.0%} [{row[low]:.0%}, {row[high]:.0%}]"


def of_worlds(hits, worlds):
    """Return a share of worlds with its exact interval."""
    low, high = binomial_interval(hits, worlds)
    return f"{hits / worlds:.0%} [{low:.0%}, {high:.0%}]"


def label(key):
    return (
        f"{OUTCOMES[key].en} ({OUTCOMES[key].unit})"
        if OUTCOMES[key].unit != "1"
        else OUTCOMES[key].en
    )
