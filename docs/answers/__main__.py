"""Make docs/answers.md from the results of the experiments it names.

``python -m docs.answers``; experiments whose results are not there are left out and named. With
``--note`` only the note on what is void is written anew, with ``--keep=TITLE`` a section stays as it is. What the
counties' lists teach the merger planner is learned on the first call and kept in
``results/merger_planner``.
"""

import re
import sys
import textwrap
from pathlib import Path

import pandas as pd

from docs.answers.before import in_words, old_beside_new
from docs.answers.calibrated import out_of_sample
from docs.answers.gives_back import measures
from docs.answers.methods import discovery, pareto, sensitivity
from docs.answers.pictures import draw
from docs.answers.planner.section import planner
from docs.answers.reform import excluded, reform, rejected
from docs.answers.stored import ROOT, manifest, markdown
from docs.answers.truths import known_truths
from docs.answers.weights import calibration, forms, rival
from docs.answers.worlds import for_whom, in_short, the_answer, turning
from sim.lab.reproduce import ANSWERS
from sim.model.compiled import simulation_digest


def cost():
    rows = []
    for name in ANSWERS:
        told = manifest(name)
        if told is None or told["state"] != "complete":
            rows.append({"experiment": name, "method": "not run", "points": "", "replicates": ""}
                        | {"runs": "", "code": ""})  # fmt: skip
            continue
        rows.append(
            {
                "experiment": f"`hecun experiment experiments/{name}.yaml`",
                "method": told["experiment"],
                "points": told["runs"] // told["replicates"],
                "replicates": told["replicates"],
                "runs": told["runs"],
                "code": told["code"],
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"


def void(page):
    """Return which experiments of a page were run with code that is no longer the model's.

    The code stands in the last column of the page's table of runs.
    """
    now = simulation_digest()
    rows = re.findall(r"experiments/(\w+)\.yaml`.*\| (\w{16}) \|$", page, re.M)
    return [name for name, code in rows if code != now]


def with_note(page):
    """Return a page with a note on what is void, or without one where nothing is."""
    page = re.sub(r"> \*\*Void(?:.*\n>)*.*\n\n", "", page)
    names = void(page)
    if not names:
        return page
    said = (
        "**Void until they are run again:** the model and the configurations of the cases have changed since "
        f"these experiments were run: {', '.join(names)}. Numbers and sentences that rest on them say what the "
        "model was, not what it is ([what changed](../CHANGELOG.md))."
    )
    said = textwrap.fill(said, 112, initial_indent="> ", subsequent_indent="> ")
    title, _, rest = page.partition("\n\n")
    return f"{title}\n\n{said}\n\n{rest}"


def filled(text, name, body):
    """Return a page with a section's body; of one that was not run, without the picture below."""
    mark = re.escape(f"<!-- {name} -->") + ("" if body else r"(\n\n!\[.*\]\(.*\))?")
    return re.sub(mark, lambda _: body or "*Not run with this model.*", text)


def with_section(page, title, before):
    """Return a page with the section of a title as an earlier page has it."""
    section = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.M | re.S)
    old = section.search(before)
    return section.sub(lambda _: old[0], page) if old else page


def title_of(text, name):
    """Return the title of the section that a mark is in."""
    return text.partition(f"<!-- {name} -->")[0].rpartition("\n## ")[2].partition("\n")[0]


def main():
    page = ROOT / "docs" / "answers.md"
    before = page.read_text("utf-8")
    if "--note" in sys.argv[1:]:
        page.write_text(with_note(page.read_text("utf-8")), "utf-8")
        return
    kept = [a.removeprefix("--keep=") for a in sys.argv[1:] if a.startswith("--keep=")]
    text = (Path(__file__).parent / "page.md.in").read_text("utf-8")
    sections = {
        "short": in_short,
        "said": in_words,
        "before": old_beside_new,
        "answer": the_answer,
        "whom": for_whom,
        "turning": turning,
        "calibration": calibration,
        "excluded": excluded,
        "rejected": rejected,
        "reform": reform,
        "forms": forms,
        "rival": rival,
        "dechang": out_of_sample,
        "sensitivity": sensitivity,
        "pareto": pareto,
        "discovery": discovery,
        "measures": measures,
        "truths": known_truths,
        "planner": planner,
        "cost": cost,
    }
    for name, section in sections.items():
        made = "" if title_of(text, name) in kept else section()
        body = made if isinstance(made, str) else "\n".join(made or ())
        text = filled(text, name, body.strip())
    for title in kept:
        text = with_section(text, title, before)
    page.write_text(with_note(text), "utf-8")
    draw()
    print("docs/answers.md: written")


if __name__ == "__main__":
    main()
