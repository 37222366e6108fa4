"""Everything that these pages report, run and written again; says what changed.

``python docs/reproduce.py``: the headline experiments as they are (``hecun reproduce --full``, in
``results``), then every script that writes a page of results. ``--quick``: the quick experiments
and the scripts of seconds alone. Exit code 1 if a stored result or a page differs.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HECUN = ["-c", "from sim.cli import main; main()"]
#: page -> what writes it; the second half takes minutes to an hour and needs the full results
QUICK = {"docs/ODD.md": [*HECUN, "odd"]}
FULL = {
    "docs/policies.md": ["docs/make_policies.py"],
    "docs/answers.md": ["-m", "docs.answers"],
    "docs/patterns.md": ["tests/patterns/paired.py", "--write"],
    "docs/editions.md": ["docs/make_editions.py"],
    "docs/notebooks/first_county.ipynb": ["docs/make_notebooks.py", "first_county"],
    "docs/notebooks/sweep_to_figure.ipynb": ["docs/make_notebooks.py", "sweep"],
    "docs/notebooks/own_policy_and_outcome.ipynb": ["docs/make_notebooks.py", "own"],
    "sim/data/moves.csv": ["docs/make_moves.py"],
}


def main():
    quick = "--quick" in sys.argv[1:]
    level = ["--quick"] if quick else ["--full", "--folder", "."]
    done = subprocess.run([sys.executable, *HECUN, "reproduce", *level], cwd=ROOT, check=False)
    differ = done.returncode != 0
    for page, script in (QUICK if quick else QUICK | FULL).items():
        before = (ROOT / page).read_text("utf-8")
        subprocess.run([sys.executable, *script], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        same = (ROOT / page).read_text("utf-8") == before
        differ |= not same
        print(f"{page}: {'the same' if same else f'CHANGED: git diff {page}'}", flush=True)
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
