"""Write docs/register.md: the newest register of predictions, scored.

python -m docs.make_register
"""

from pathlib import Path

from docs.reference import table
from sim.about import scores
from sim.about.register import newest, read

PAGE = Path(__file__).parent / "register.md"
BEGIN, END = "<!-- scores -->\n", "<!-- end -->"


def told() -> str:
    """Return what stands between the page's marks."""
    path = newest()
    assert path is not None
    register = read(path)
    head = (
        f"[{path.name}](../sim/data/register/{path.name}): {register.worlds} worlds a county, "
        f"scale {register.scale}, SHA-256 `{register.sha256}`.\n"
    )
    parts = [
        head,
        table(*scores.scored_table(register, "en")),
        " ".join(scores.counts(register, "en")) + ".",
        "### Open: nobody has measured these",
        table(*scores.open_table(register, "en")),
        "### Lists: the share of villages that merged counties keep",
        table(*scores.list_table(register, "en")),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def written(text: str) -> str:
    """Return the page with the scores in their place."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{told()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
