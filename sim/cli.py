"""The command line: ``hecun COMMAND ...``.

Nothing heavy is imported before a command runs, so that ``--help`` answers at once.

Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted (Ctrl-C), 141 output that nobody reads
any more, 143 ended (SIGTERM).
"""

import sys
from pathlib import Path
from typing import Any

import click

from sim import __version__
from sim.about.commands import facts, freeze
from sim.dashboard.commands import dashboard
from sim.errors import InputError
from sim.export.commands import export, survey
from sim.lab import commands
from sim.options import LANG, OUT, SET, overrides_of
from sim.printable import printable
from sim.report import commands as seeing
from sim.results.commands import pack
from sim.terminal import language
from sim.terminal.endings import Commands
from sim.terminal.language import Language, spoken

_HELP = """Hecun (合村): a policy laboratory for village mergers.

\b
hecun counties 德昌          find a county / 查找县
hecun new mine --county 德昌县   files to start from / 新建配置和实验
hecun check configs/x.yaml  is this file right? / 检查配置
hecun run configs/x.yaml    one run / 运行一次
hecun experiment experiments/x.yaml   many runs / 运行实验
hecun explain merger        what a policy is / 查说明
"""


@click.group(
    cls=Commands,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hecun")
@click.option("--lang", cls=Language, expose_value=False)
def main() -> None:
    """Hecun (合村): a policy laboratory for village mergers."""


@main.command()
@click.argument("config", type=click.Path(path_type=Path))
@OUT
@click.option("--scale", type=click.IntRange(1, 1000), help="Registered persons per villager row.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of the run's luck.")
@SET
@click.option("--fresh", is_flag=True, help="Replace an older run's results.")
@click.option("--svg", is_flag=True, help="Draw the figures also as vectors (SVG).")
@click.option("--all", "every", is_flag=True, help="Print every outcome, not the main ones only.")
@LANG
def run(
    config: Path,
    out: Path | None,
    scale: int | None,
    seed: int | None,
    changes: tuple[str, ...],
    fresh: bool,
    svg: bool,
    every: bool,
    lang: str,
) -> None:
    """Run one county once.

    Prints the main outcomes; writes all of them, maps before and after, time series and tables.

    CONFIG is a YAML file; `hecun check` says whether it is right.
    """
    overrides = overrides_of(changes)
    overrides |= {k: v for k, v in (("scale", scale), ("seed", seed)) if v is not None}
    from sim.run import run as run_county

    options = {"fresh": fresh, "lang": lang, "svg": svg, "every": every}
    sys.exit(run_county(config, out=out, overrides=overrides, **options))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--resolved", is_flag=True, help="Print the whole configuration with its origins.")
@click.option("--draws", is_flag=True, help="Also run it: does luck stay with whom it belongs to?")
@SET
def check(files: tuple[Path, ...], resolved: bool, draws: bool, changes: tuple[str, ...]) -> None:
    """Check configurations, experiments and folders of results; list every mistake.

    Each problem is one line: file:line:column: key: what is wrong and how to mend it. Of a folder
    of results every file that is not as it was written is named, and what gives them again checked.
    Of a configuration that is right, also how its ground is drawn, and how compact villages are.

    With --draws the county is run several times: the same seed must give the same county, nothing
    may be felt of a policy before it starts, and one more villager must change nobody elsewhere.
    The first divergence is named (exit code 1).
    """
    overrides = overrides_of(changes)
    from sim.about.ground import ground_cautions, ground_said
    from sim.config import resolve
    from sim.config.cautions import of_config
    from sim.config.checks import trial
    from sim.config.loading import of_experiment
    from sim.config.places import refuse
    from sim.words.labels import caution_label

    problems: list[str] = []
    broken = 0
    for given in files:
        try:
            path, kept = _of_results(given, resolved) if given.is_dir() else (given, [])
            if of_experiment(path):
                said, coarse = _of_experiment(path, overrides, resolved)
                _warn(path, [*kept, *coarse])
                click.echo(printable(said if resolved else language.said(said)))
                continue
            found = resolve(path, overrides)
            refuse(trial(found.config, found.tree))
        except InputError as error:
            problems += error.problems
            continue
        cautions = [*ground_cautions(found.config), *of_config(found.config)]
        _warn(path, [*kept, *(caution_label(one, spoken()) for one in cautions)])
        said = (
            [found.to_yaml()] if resolved else [_summary(found.config), ground_said(found.config)]
        )
        for text in said:
            click.echo(printable(text if resolved else language.said(f"{path}: {text}")))
        if draws:
            broken += _try_draws(path, found.config)
    if problems:
        raise InputError(problems)
    if broken:
        raise click.ClickException(f"{broken} promise{'s' * (broken > 1)} broken")


def _warn(path: Path, cautions: list[str]) -> None:
    """Say cautions, each once."""
    for caution in dict.fromkeys(cautions):
        click.echo(language.said(f"warning: {printable(f'{path}: {caution}')}"), err=True)


def _of_results(folder: Path, resolved: bool) -> tuple[Path, list[str]]:
    """Return the file that gives a folder of results again, once all there is as it was written.

    And what the results say of themselves that is assumed, or too coarse to rely on.
    """
    from sim.lab.answers.cautions import cautions_text
    from sim.lab.store.reading import ExperimentResults
    from sim.report.summary import cautioned
    from sim.results.reading import load_run
    from sim.results.stored import whole

    path, count = whole(folder)
    kept = language.said(f"{folder}: {count} files are as they were written")
    click.echo(printable(kept), err=resolved)
    if path.name == "config.yaml":
        return path, cautioned(load_run(folder).manifest, spoken())
    return path, cautions_text(ExperimentResults(folder), spoken())


def _of_experiment(path: Path, overrides: dict[str, Any], resolved: bool) -> tuple[str, list[str]]:
    """Return one line on an experiment that is right, or the whole of it; and its cautions."""
    from sim.lab.answers.cautions import cautions, said
    from sim.lab.planning import as_set_lines, checked
    from sim.lab.store.identity import Contents
    from sim.lab.store.resolved import plain, to_yaml

    experiment, design = checked(path, overrides)
    labels = {point.number: point.labels for point in design.points}
    contents = Contents(design, experiment.spec.record)
    coarse = said(cautions(experiment, design, contents), labels, spoken())
    if resolved:
        return to_yaml(plain(experiment)), coarse
    points, spec = len(design.points), experiment.spec
    text = f"{path}: right - {spec.method}; {points:,} design point{'s' * (points != 1)}"
    return "\n".join([text, *as_set_lines(experiment)]), coarse


def _try_draws(path: Path, config: Any) -> int:
    """Say of every promise on luck whether it holds; return how many are broken."""
    from sim.about.divergence import check_draws

    broken = 0
    for said, found in check_draws(config, config.seed):
        broken += found is not None
        verdict = "holds" if found is None else f"BROKEN: {found}"
        click.echo(language.said(f"{path}: {said}: {verdict}"))
    return broken


def _summary(config: Any) -> str:
    """Return one line on a configuration that is right."""
    from sim.config.listed import lists_said, plan_said
    from sim.model.calendar import format_month

    last = config.start + config.months - 1
    changed = sum(map(len, config.parameters.values()))
    policies = ", ".join(config.active()) or "no policy"
    return (
        f"right - {config.title.en} ({config.title.zh}); "
        f"{format_month(config.start)} to {format_month(last)}, "
        f"reform {format_month(config.reform)}; {lists_said(config)}{policies}; "
        f"{changed} parameter{'' if changed == 1 else 's'} changed{plan_said(config)}"
    )


@main.command()
@click.argument("key", required=False)
@LANG
def explain(key: str | None, lang: str) -> None:
    """Explain a parameter, policy or outcome.

    Its value, unit, range, source and confidence; without KEY, tables of everything.

    KEY is a process (service), a parameter (service.visit_sigma_km or visit_sigma_km), a policy
    (merger), one of its levers (merger.ratio), any key of a configuration, an outcome, columns
    (what outcomes of one's own may read), or words of what they are (服务). `plugins` lists what
    installed distributions add.
    """
    from sim.about.explain import explain as account

    click.echo(account(key, lang))


@main.command()
@click.argument("text", default="")
@click.option(
    "--merged",
    is_flag=False,
    flag_value="",
    metavar="[YEARS]",
    help="Only those that lost 15 % of 50 villages or more by a merger; of lists of 2020, or "
    "2019-2021 / 只列合村减少15%以上的县",
)
@click.option("--province", help="Name, pinyin or two digits / 省份：名称、拼音或代码前两位")
@LANG
def counties(text: str, merged: str | None, province: str | None, lang: str) -> None:
    """List counties that can be run by name.

    TEXT is part of a code, name or prefecture, or the beginning of their pinyin. A dash: no list of
    that year.
    """
    from sim.about.counties import report

    if merged and not text and not merged[0].isdigit():  # `--merged 章丘`: the text after a flag
        text, merged = merged, ""
    click.echo(report(text, province, merged, lang))


@main.command()
@click.option("--province", help="Name, pinyin or two digits / 省份：名称、拼音或代码前两位")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Also villages that became communities, passed to another county, or are listed in "
    "another way / 含村改居、县界调整和名录写法改变",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the county-years as CSV.")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Draw counties by villages lost through mergers: FILE.png, .svg or .pdf; may be "
    "repeated / 按县绘制合村减少比例图",
)
@LANG
def atlas(
    province: str | None, every: bool, out: Path | None, figures: tuple[Path, ...], lang: str
) -> None:
    """Count village mergers of China by province and year, from the lists of 2016 to 2023."""
    from sim.about.atlas import report

    if not figures:
        click.echo(report(province, every, out, lang))
        return
    from sim.report.atlas_map import check_files, write_maps
    from sim.words import word

    check_files(figures)
    click.echo(report(province, every, out, lang))
    write_maps(figures, province, lang)
    for path in figures:
        click.echo(printable(word("atlas_drawn", lang, path=path)))


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail where they differ.")
@click.option("--file", "path", type=click.Path(path_type=Path), default=Path("docs/ODD.md"))
def odd(only_check: bool, path: Path) -> None:
    """Write the lists of the ODD+D document anew from the code and the parameters."""
    from sim.about.odd import check, write

    if only_check:
        check(path)
        click.echo(language.said(f"{path}: its lists are those of the code"))
    else:
        done = "written" if write(path) else "already what the code says"
        click.echo(language.said(f"{path}: {done}"))


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="File to write; else printed.")
@click.option("--experiment", is_flag=True, help="That of experiments, not of configurations.")
def schema(out: Path | None, experiment: bool) -> None:
    """Print the JSON Schema, for editors.

    A first line `# yaml-language-server: $schema=schema.json` makes an editor use it.
    """
    import json

    from sim.config import json_schema
    from sim.lab.file.schema import json_schema as of_experiments

    found = of_experiments() if experiment else json_schema()
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(f"{out}: is there already; delete it or give another name") from error
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror or error})") from error
    click.echo(language.said(f"{out}: written"))


for _command in (commands.new, commands.experiment, commands.plan, commands.replay, commands.twin):
    main.add_command(_command)
for _command in (facts, freeze, commands.examples, commands.reproduce, commands.verify):
    main.add_command(_command)
for _command in (
    seeing.report,
    seeing.plot,
    seeing.explore,
    seeing.animate,
    export,
    survey,
    pack,
    dashboard,
):
    main.add_command(_command)

if __name__ == "__main__":
    main(prog_name="hecun")
