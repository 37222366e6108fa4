"""Make docs/answers.md from the results of the experiments it names.

``python -m docs.answers``; experiments whose results are not there are left out and named. What the
counties' lists teach the merger planner is learned on the first call and kept in
``results/merger_planner``.
"""

from pathlib import Path

import pandas as pd

from docs.answers.calibrated import calibration, out_of_sample
from docs.answers.methods import discovery, pareto, sensitivity
from docs.answers.parts import for_whom, the_answer
from docs.answers.planner.section import planner
from docs.answers.stored import ROOT, manifest, markdown
from docs.answers.truths import known_truths
from sim.lab.reproduce import ANSWERS


def cost():
    rows = []
    for name in ANSWERS:
        told = manifest(name)
        if told is None or told["state"] != "complete":
            rows.append({"experiment": name, "method": "not run", "points": "", "replicates": ""}
                        | {"runs": "", "wall time": "", "code": ""})  # fmt: skip
            continue
        rows.append(
            {
                "experiment": f"`hecun experiment experiments/{name}.yaml`",
                "method": told["experiment"],
                "points": told["runs"] // told["replicates"],
                "replicates": told["replicates"],
                "runs": told["runs"],
                "wall time": f"{told['seconds'] / 60:.1f} min",
                "code": told["code"],
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"


def main():
    text = (Path(__file__).parent / "page.md.in").read_text("utf-8")
    sections = {
        "answer": the_answer,
        "whom": for_whom,
        "calibration": calibration,
        "dechang": out_of_sample,
        "sensitivity": sensitivity,
        "pareto": pareto,
        "discovery": discovery,
        "truths": known_truths,
        "planner": planner,
        "cost": cost,
    }
    for name, section in sections.items():
        made = section()
        body = made if isinstance(made, str) else "\n".join(made or ())
        text = text.replace(f"<!-- {name} -->", body.strip() or "*Not run.*")
    (ROOT / "docs" / "answers.md").write_text(text, "utf-8")
    print("docs/answers.md: written")


if __name__ == "__main__":
    main()
