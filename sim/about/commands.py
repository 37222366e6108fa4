"""The commands that set published figures beside the model: facts, freeze."""

from pathlib import Path

import click

from sim.options import LANG
from sim.printable import printable


@click.command()
@click.argument("county", required=False)
@click.option("--seeds", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--scale", type=click.IntRange(1, 1000), help="Registered persons per villager row.")
@LANG
def facts(county: str | None, seeds: int, scale: int | None, lang: str) -> None:
    """Compare reported figures with the model.

    Each is set, fitted, predicted or context; what is fitted or predicted has a verdict, and only
    what is predicted and met is reproduced. COUNTY is leshan or dechang, both if not given;
    literature compares the two counties before their reform with what the literature says. Every
    number is measured from runs made now.

    Without COUNTY, first the register: what was predicted, frozen with a digest, and scored;
    register prints it alone, and the name of a file that `hecun freeze` wrote that one.
    """
    from sim.about.facts import CASES, report

    if county is None or county == "register" or county.endswith(".json"):
        from sim.about.scores import report as of_register

        named = county if county is not None and county.endswith(".json") else None
        click.echo(of_register(lang, None if named is None else Path(named)))
        if county is not None:
            return
        click.echo()
    if county == "literature":
        from sim.about.literature import report as of_literature

        click.echo(of_literature(seeds, scale, lang))
        return

    for name in CASES if county is None else [county]:
        click.echo(report(name, seeds, scale, lang) + "\n")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--worlds", type=click.IntRange(8, 10_000), help="Worlds a county [default: 128].")
@click.option("--scale", type=click.IntRange(1, 1000), help="Registered persons per villager row.")
@LANG
def freeze(file: Path, worlds: int | None, scale: int | None, lang: str) -> None:
    """Freeze what the model predicts: a register with its date and digest.

    FILE is a new JSON file; a register that is there is never replaced. What is not known is drawn
    (experiments/register_leshan.yaml and register_dechang.yaml); minutes. `hecun facts FILE` scores
    it.
    """
    from sim.about.register import freeze as write
    from sim.lab.running.progress import telling
    from sim.words import word

    with telling() as tell:
        made = write(file, worlds, scale, tell)
    told = {"path": file, "n": len(made.predictions), "digest": made.sha256}
    click.echo(printable(word("register_frozen", lang, **told)))
