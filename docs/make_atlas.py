"""Write the table of docs/atlas.md, mergers of villages by province and year, and its maps.

python -m docs.make_atlas
"""

from pathlib import Path

from docs.make_gallery import FOLDER, put
from sim.about.atlas import KINDS, county_years, text_of
from sim.files import digest
from sim.model.world.registry import YEARS, provinces
from sim.report.atlas_map import atlas_map

PAGE = Path(__file__).parent / "atlas.md"
MARKS = "<!-- table -->\n", "<!-- end -->"


def table() -> str:
    """Return the page's table: counties that merged, and villages lost, by province and year."""
    found = county_years()
    codes = sorted({each.county.code[:2] for each in found})
    lost = {
        code: sum(e.villages_lost for e in found if e.county.code[:2] == code) for code in codes
    }
    lines = [
        "| | " + " | ".join(map(str, YEARS[1:])) + " | all |",
        "|---" * (len(YEARS) + 1) + "|",
    ]
    for code in [*sorted(codes, key=lambda code: -lost[code]), ""]:
        own = [each for each in found if each.county.code.startswith(code)]
        years = [[e for e in own if e.change.after == year] for year in YEARS[1:]]
        cells = [
            f"{len(part)} ({sum(e.villages_lost for e in part):,})" if part else ""
            for part in (*years, own)
        ]
        lines.append(f"| {provinces()[code] if code else '**all**'} | {' | '.join(cells)} |")
    every = county_years(kinds=KINDS)
    other = {kind: sum(e.change.kind == kind for e in every) for kind in KINDS[1:]}
    said = ", ".join(f"{kind} {n}" for kind, n in other.items())
    return (
        "\n".join(lines)
        + f"\n\nCounty-years of other kinds that `--all` adds: {said}. "
        + f"Digest of the mergers' CSV: `{digest(text_of(found).encode('utf-8-sig'))}`.\n"
    )


def written(text: str) -> str:
    """Return the page with the table in its place."""
    first, last = (text.index(mark) for mark in MARKS)
    return f"{text[: first + len(MARKS[0])]}\n{table()}\n{text[last:]}"


def draw() -> None:
    """Draw the maps: China and Sichuan, in both languages."""
    for lang in ("en", "zh"):
        for name, province in (("atlas", None), ("atlas_sichuan", "51")):
            put(atlas_map(province, lang), FOLDER / f"{name}_{lang}.png", lang)


if __name__ == "__main__":
    draw()
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
