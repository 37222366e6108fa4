"""Write docs/gallery.md and its pictures from stored results.

From the checkout, once the results are there:

    hecun run configs/dechang_2020.yaml
    hecun run configs/made_up_map.yaml
    hecun experiment docs/gallery/parts.yaml --out results/gallery_parts
    hecun experiment docs/gallery/outposts.yaml --out results/gallery_outposts
    hecun experiment experiments/calibrate_leshan.yaml    # and what_parameters_explain.yaml,
    # reach_income_money.yaml, where_the_merger_fails.yaml
    python docs/make_gallery.py
"""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageSequence

from sim import load_results
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.analysis import tornado
from sim.report.animation import animate
from sim.report.fonts import themed
from sim.words import word

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "gallery"
PARAMETERS = [
    "service.visit_sigma_km",
    "service.road_detour",
    "service.request_rate",
    "hours.front_desk_share",
    "trust.adjust_rate",
    "strain.burnout_rate",
]
INTRO = """# Gallery

Every kind of figure, drawn by one command from stored results (`python docs/make_gallery.py`; its
first lines say which). Each is one call from Python, one command, and part of `hecun report`
where results have its numbers. `--lang zh` labels them in Chinese, `--columns 1` or `2` makes
them as wide as one or two columns of a journal, `--format pdf` (png, svg) names the format.

A figure marked *made-up numbers* shows what its kind looks like: no result of the model.
"""


def main() -> None:
    """Draw all pictures and write the page."""
    run = load_results(ROOT / "results" / "dechang_2020").plot
    mapped = load_results(ROOT / "results" / "made_up_map")
    parts = load_results(ROOT / "results" / "gallery_parts").plot
    outposts = load_results(ROOT / "results" / "gallery_outposts").plot
    page = [INTRO]

    def show(title: str, name: str, figure: object, call: str, said: str, lang: str = "en") -> None:
        file = f"{name}_{lang}.png"
        with themed(lang):
            figure.savefig(FOLDER / file, dpi=110, metadata={"Software": None})
        smaller(FOLDER / file)
        page.append(f"## {title}\n\n{said}\n\n`{call}`\n\n![{title}](gallery/{file})\n")

    out = "results/dechang_2020"
    show(
        "Map of the merger",
        "merger",
        run.merger(),
        f"hecun plot {out} merger",
        "Villages before and after, townships, offices, what left the village class. No map of "
        "Dechang was given, so that the borders are schematic.",
    )
    with themed("zh"):  # for README.zh-CN.md
        run.merger("zh").savefig(FOLDER / "merger_zh.png", dpi=110, metadata={"Software": None})
    smaller(FOLDER / "merger_zh.png")
    show(
        "Map of an outcome",
        "map",
        run.map("service_reach"),
        f"hecun plot {out} map --outcome service_reach",
        "Any outcome recorded by village, on one colour scale.",
    )
    show(
        "A map of one's own",
        "own_map",
        mapped.plot.map("distance_km", "zh"),
        "hecun plot results/made_up_map map --outcome distance_km --lang zh",
        "Villages read from a GeoJSON with its own columns, drawn on its borders (a made-up "
        "county; Chinese labels).",
        "zh",
    )
    show(
        "Series of one run",
        "series",
        run.series(),
        f"hecun plot {out} series",
        "The county month by month with the spread between old villages.",
    )
    show(
        "Policies over time",
        "timeline",
        run.timeline(),
        f"hecun plot {out} timeline",
        "When each policy is in force, and how far it has come.",
    )
    show(
        "Who pays whom",
        "flows",
        run.flows(),
        f"hecun plot {out} flows",
        "The ledger's flows between sectors, before and after.",
    )
    out = "results/gallery_parts"
    show(
        "Effects",
        "effects",
        parts.effects(),
        f"hecun plot {out} effects",
        "Paired effects of the arms of a comparison with 95 % intervals.",
    )
    show(
        "Effects, one column, Chinese",
        "effects_one",
        parts.effects(lang="zh", columns=1),
        f"hecun plot {out} effects --lang zh --columns 1",
        "The same for one column.",
        "zh",
    )
    show(
        "Series with bands",
        "bands",
        parts.series(),
        f"hecun plot {out} series",
        "Means and 10-90 % bands over replicates.",
    )
    show(
        "Winners and losers",
        "winners",
        parts.winners(),
        f"hecun plot {out} winners",
        "The effect on every old village, told apart by its own interval, and by kind of village.",
    )
    out = "results/gallery_outposts"
    factor, by = "policies.merger.outposts", "policies.combined_role.share"
    show(
        "Dose-response",
        "dose",
        outposts.dose(factor, by=by),
        f"hecun plot {out} dose --factor {factor} --by {by}",
        "Outcomes over the levels of a factor, a line a level of another.",
    )
    show(
        "Interaction",
        "interaction",
        outposts.interaction(factor, by, "cadre_workload"),
        f"hecun plot {out} interaction --outcome cadre_workload",
        "An outcome over two factors, with intervals.",
    )
    analyses(show)
    made_up(show)
    film(mapped, page)
    text = "\n".join(page)
    (ROOT / "docs" / "gallery.md").write_text(text, encoding="utf-8")


def analyses(show: object) -> None:
    """Draw what sensitivity, calibration, search and discovery answer."""
    found = {
        name: load_results(ROOT / "results" / name).plot
        for name in (
            "what_parameters_explain",
            "calibrate_leshan",
            "reach_income_money",
            "where_the_merger_fails",
        )
    }
    show(
        "Sobol' indices",
        "sobol",
        found["what_parameters_explain"].sobol("service_reach"),
        "hecun plot results/what_parameters_explain sobol --outcome service_reach",
        "First-order and total indices, corrected for luck, with 95 % bootstrap intervals.",
    )
    show(
        "Posterior",
        "posterior",
        found["calibrate_leshan"].posterior(),
        "hecun plot results/calibrate_leshan posterior",
        "A calibrated sample over its prior ranges.",
    )
    show(
        "Pareto front",
        "pareto",
        found["reach_income_money"].pareto("service_reach", "cadre_workload"),
        "hecun plot results/reach_income_money pareto",
        "Points of a search by two of its objectives; nothing beats the front in both.",
    )
    show(
        "Where a policy fails",
        "prim",
        found["where_the_merger_fails"].prim(),
        "hecun plot results/where_the_merger_fails prim",
        "The box of parameters, found by PRIM, in which the merger alone fails most.",
    )


def made_up(show: object) -> None:
    """Draw the kind whose numbers no experiment here gives, from a made-up frame."""
    first = 0.4 * 0.6 ** np.arange(len(PARAMETERS))
    swings = pd.DataFrame(
        {
            "parameter": PARAMETERS,
            "at_low": -first / 4,
            "at_high": first / 5,
            "low": 1,
            "high": 2,
            "n": 1,
        }
    )
    show(
        "Tornado",
        "tornado",
        tornado(swings, "service_reach", columns=2, title=word("made_up", "en")),
        "sim.report.analysis.tornado(frame, 'service_reach')",
        "Each parameter at the ends of its range. *Made-up numbers.*",
    )


def film(results: object, page: list[str]) -> None:
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
    page.append(
        f"## Film\n\nThe merger month by month: {OUTCOMES['service_reach'].en.lower()}, and the "
        "borders at the reform (every fourth month here).\n\n"
        "`hecun animate results/made_up_map --out merger.gif`\n\n![Film](gallery/merger.gif)\n"
    )


def smaller(path: Path) -> None:
    """Write a picture with a palette: a third of the bytes."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
