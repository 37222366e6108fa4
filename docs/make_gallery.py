"""Write docs/gallery.md and its pictures from stored results.

From the checkout, once the results are there:

    hecun run configs/dechang_2020.yaml
    hecun run configs/made_up_map.yaml
    hecun experiment docs/gallery/parts.yaml --out results/gallery_parts
    hecun experiment docs/gallery/outposts.yaml --out results/gallery_outposts
    hecun experiment docs/gallery/ends.yaml --out results/gallery_ends
    hecun experiment docs/gallery/sample.yaml --out results/gallery_sample
    hecun experiment docs/gallery/shares.yaml --out results/gallery_shares
    hecun experiment docs/gallery/screen.yaml --out results/gallery_screen
    hecun experiment docs/gallery/worlds.yaml --out results/gallery_worlds
    hecun experiment docs/gallery/fit.yaml --out results/gallery_fit
    python -m docs.make_national                          # results/national
    hecun experiment experiments/calibrate_leshan.yaml    # and what_parameters_explain.yaml,
    # reach_income_money.yaml, where_the_merger_fails.yaml, study_survey.yaml
    python docs/make_gallery.py                           # or the kinds alone that it names
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence

from sim import load_results
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.animation import animate
from sim.report.fonts import themed
from sim.report.registry import Of
from sim.report.saving import save

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "gallery"
INTRO = """# Gallery

Every kind of figure, drawn by one command from stored results (`python docs/make_gallery.py`; its
first lines say which). Each is one call from Python, one command, and part of `hecun report`
where results have its numbers. `--lang zh` labels them in Chinese, `--columns 1` or `2` makes
them as wide as one or two columns of a journal, `--format pdf` (png, svg) names the format.
"""


@dataclass(frozen=True)
class Example:
    """A figure of the gallery: a kind, drawn from stored results."""

    title: str
    of: Of
    kind: str
    results: str
    said: str
    options: dict[str, object] = field(default_factory=dict)
    name: str = ""

    @property
    def call(self) -> str:
        """The command that draws it (objectives and axes can be chosen from Python only)."""
        given = [
            f" --{key} {value}" for key, value in self.options.items() if key not in ("x", "y")
        ]
        return f"hecun plot results/{self.results} {self.kind}{''.join(given)}"


FILM = (
    f"## Film\n\nThe merger month by month: {OUTCOMES['service_reach'].en.lower()}, and the "
    "borders at the reform (every fourth month here).\n\n"
    "`hecun animate results/made_up_map --out merger.gif`\n\n![Film](gallery/merger.gif)\n"
)
OUTPOSTS, ROLE = "policies.merger.outposts", "policies.combined_role.share"
#: every kind of `sim.report.registry` at least once
EXAMPLES = (
    Example(
        "Map of the merger",
        "run",
        "merger",
        "dechang_2020",
        "Villages before and after, townships, offices, what left the village class. The county's "
        "outline is its own; borders in it are the model's.",
    ),
    Example(
        "Map of an outcome",
        "run",
        "map",
        "dechang_2020",
        "Any outcome recorded by village, on one colour scale.",
        {"outcome": "service_reach"},
    ),
    Example(
        "A map of one's own",
        "run",
        "map",
        "made_up_map",
        "Villages read from a GeoJSON with its own columns, drawn on its borders (a made-up "
        "county; Chinese labels).",
        {"outcome": "distance_km", "lang": "zh"},
        "own_map",
    ),
    Example(
        "Series of one run",
        "run",
        "series",
        "dechang_2020",
        "The county month by month with the spread between old villages.",
    ),
    Example(
        "Policies over time",
        "run",
        "timeline",
        "dechang_2020",
        "When each policy is in force, how far it has come, and what it delivered.",
    ),
    Example(
        "Who pays whom",
        "run",
        "flows",
        "dechang_2020",
        "The ledger's flows between sectors, before and after.",
    ),
    Example(
        "What changed in old villages",
        "run",
        "change",
        "dechang_2020",
        "A map an outcome: after minus before.",
    ),
    Example(
        "Hours by task",
        "run",
        "hours",
        "dechang_2020",
        "What cadres spend their hours on, month by month.",
    ),
    Example(
        "How needs end",
        "run",
        "ways",
        "dechang_2020",
        "Which ways villagers take before and after.",
    ),
    Example(
        "Lorenz curves",
        "run",
        "lorenz",
        "dechang_2020",
        "How evenly an outcome is shared between old villages.",
    ),
    Example(
        "Effects",
        "experiment",
        "effects",
        "gallery_parts",
        "Paired effects of the arms of a comparison with 95 % intervals.",
    ),
    Example(
        "Effects, one column, Chinese",
        "experiment",
        "effects",
        "gallery_parts",
        "The same for one column.",
        {"lang": "zh", "columns": 1},
        "effects_one",
    ),
    Example(
        "Effects by county",
        "experiment",
        "counties",
        "national",
        "Paired effects of an experiment over counties, on their borders "
        "([the same merger in every county](national.md)).",
        {"outcome": "service_reach"},
        "national_service_reach",
    ),
    Example(
        "Series with bands",
        "experiment",
        "series",
        "gallery_parts",
        "Every replicate (of many, their 10-90 % band) and the mean.",
        name="bands",
    ),
    Example(
        "Paired effects over time",
        "experiment",
        "paired",
        "gallery_parts",
        "Differences from the baseline on the same random numbers, with 95 % intervals.",
    ),
    Example(
        "Winners and losers",
        "experiment",
        "winners",
        "gallery_parts",
        "The effect on every old village, told apart by its own interval, and by kind of village "
        "(mean, and its interval over villages).",
    ),
    Example(
        "Effects on the map",
        "experiment",
        "maps",
        "gallery_parts",
        "The effect on every old village, a map an arm; hatched where it is not told apart from 0.",
    ),
    Example(
        "Effects over old villages",
        "experiment",
        "distribution",
        "gallery_parts",
        "Density, middle half, median, and every village.",
    ),
    Example(
        "Dose-response",
        "experiment",
        "dose",
        "gallery_outposts",
        "Paired differences from the first level of a factor, a line a level of another.",
        {"factor": OUTPOSTS, "by": ROLE},
    ),
    Example(
        "Surface",
        "experiment",
        "surface",
        "gallery_outposts",
        "An outcome over two factors, with intervals.",
        {"x": OUTPOSTS, "y": ROLE, "outcome": "cadre_workload"},
    ),
    Example(
        "Interaction",
        "experiment",
        "interaction",
        "gallery_outposts",
        "What two factors do together beyond what each does alone.",
        {"x": OUTPOSTS, "y": ROLE, "outcome": "cadre_workload"},
    ),
    Example(
        "Shapley shares",
        "experiment",
        "shapley",
        "gallery_shares",
        "What each part adds to the whole reform's effect.",
    ),
    Example(
        "Morris screening",
        "experiment",
        "morris",
        "gallery_screen",
        "How far each parameter moves an outcome, and how unevenly; what luck alone would give.",
    ),
    Example(
        "Sobol' indices",
        "experiment",
        "sobol",
        "what_parameters_explain",
        "First-order and total indices, corrected for luck, with 95 % intervals over points "
        "(too narrow where luck acts through a parameter).",
        {"outcome": "service_reach"},
    ),
    Example(
        "Tornado",
        "experiment",
        "tornado",
        "gallery_ends",
        "What each factor's low and high end change of the reform's effect, one at a time, with "
        "95 % intervals over seeds (`--arm none`: of the outcome without the reform).",
        {"outcome": "service_reach"},
    ),
    Example(
        "Tornado, one column, Chinese",
        "experiment",
        "tornado",
        "gallery_ends",
        "The same of cadres' workload.",
        {"outcome": "cadre_workload", "lang": "zh", "columns": 1},
        "tornado_one",
    ),
    Example(
        "Feature scores",
        "experiment",
        "features",
        "gallery_sample",
        "How much each factor of a sample has to do with an outcome (extra trees), and what a "
        "factor that does nothing reaches.",
        {"outcome": "cadre_workload"},
    ),
    Example(
        "Outcomes in pairs",
        "experiment",
        "pairs",
        "gallery_sample",
        "A dot a design point of a sample; the last outcome is one of one's own.",
    ),
    Example(
        "Parallel coordinates",
        "experiment",
        "parallel",
        "gallery_sample",
        "A line a design point, across its factors and an outcome.",
    ),
    Example(
        "Posterior",
        "experiment",
        "posterior",
        "calibrate_leshan",
        "A calibrated sample over its prior ranges; its 90 % intervals are too narrow "
        "([why](howto/calibration.md)).",
    ),
    Example(
        "Targets",
        "experiment",
        "targets",
        "gallery_fit",
        "What a calibration expected of its targets before, and predicts after (two of these "
        "targets are made up for the picture).",
    ),
    Example(
        "Pareto front",
        "experiment",
        "pareto",
        "reach_income_money",
        "Points of a search by two of its objectives; nothing beats the front in both.",
        {"x": "service_reach", "y": "cadre_workload"},
    ),
    Example(
        "Where a policy fails",
        "experiment",
        "prim",
        "where_the_merger_fails",
        "The box of parameters, found by PRIM, in which the merger alone fails most.",
    ),
    Example(
        "Density and coverage",
        "experiment",
        "trajectory",
        "gallery_worlds",
        "The boxes that PRIM goes through, from all worlds to the smallest.",
    ),
    Example(
        "Power of a field study",
        "experiment",
        "power",
        "study_survey",
        "How often studies of each design find the effect, over how many villages they survey.",
    ),
    Example(
        "Where a study's bias comes from",
        "experiment",
        "sources",
        "study_survey",
        "A design taken apart: from an ideal one to itself, one source of bias at a time.",
    ),
)


def main(kinds: Sequence[str]) -> None:
    """Draw the pictures of some kinds (all if none is named; ``film`` too) and write the page."""
    page, opened = [INTRO], {}

    def results(name: str) -> Any:
        if name not in opened:
            opened[name] = load_results(ROOT / "results" / name)
        return opened[name]

    for one in EXAMPLES:
        lang = str(one.options.get("lang", "en"))
        file = f"{one.name or one.kind}_{lang}.png"
        if not kinds or one.kind in kinds:
            put(getattr(results(one.results).plot, one.kind)(**one.options), FOLDER / file, lang)
        page.append(
            f"## {one.title}\n\n{one.said}\n\n`{one.call}`\n\n![{one.title}](gallery/{file})\n"
        )
    if not kinds or "merger" in kinds:  # for README.zh-CN.md
        put(results("dechang_2020").plot.merger("zh"), FOLDER / "merger_zh.png", "zh")
    if not kinds or "film" in kinds:
        film(results("made_up_map"))
    page.append(FILM)
    (ROOT / "docs" / "gallery.md").write_text("\n".join(page), encoding="utf-8")


def put(figure: object, path: Path, lang: str) -> None:
    """Write a picture, small."""
    with themed(lang):
        save(figure, path, 110)
    smaller(path)


def film(results: object) -> None:
    """Write the film of the merger, small."""
    whole = FOLDER / "merger.gif"
    animate(results, whole, "service_reach", fresh=True)
    with Image.open(whole) as source:
        frames = [f.convert("RGB") for f in ImageSequence.Iterator(source)][::4]
    size = (480, round(480 * frames[0].height / frames[0].width))
    small = [f.resize(size, Image.Resampling.LANCZOS) for f in frames]
    palette = small[-1].quantize(64, dither=Image.Dither.NONE)
    made = [f.quantize(palette=palette, dither=Image.Dither.NONE) for f in small]
    made[0].save(whole, save_all=True, append_images=made[1:], duration=300, loop=0)


def smaller(path: Path) -> None:
    """Write a picture with a palette: a third of the bytes."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
