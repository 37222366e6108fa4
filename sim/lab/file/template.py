"""A configuration and an experiment to start from."""

import re
from pathlib import Path

from sim.errors import InputError
from sim.model.calendar import format_month, parse_month
from sim.model.world.land import UNKNOWN, share_of
from sim.model.world.lists import MONTHS, choose_lists
from sim.model.world.registry import CountyEntry, RegistryError, counties, find_county
from sim.words import word

_CONFIG = """\
# {name} ({prefecture}), county {code} of the registry: {villages}.
# `hecun check` says whether this file is right; `hecun explain` lists every key.
title: {{en: {title}, zh: {name}}}
county:
  registry: "{code}"
  year: {year}                # the list that describes the villages before the reform{year_after}
  population: {{mean: 1200, log_sd: 0.4}}   # persons a village: an assumption, look it up
  area: {{mean: {area}, log_sd: 0.4}}            # km2 a village: {area_from}
start: {start}
reform: {reform}
months: 84                  # 24 before the reform, 60 after
spin_up: 24                 # months run before the first recorded one
scale: 10                   # registered persons one villager row stands for
seed: 1

parameters: {{}}
  # service: {{visit_sigma_km: 3.0}}       # uncertain constants: hecun explain service

policies:
{merger}
  combined_role: {{share: 1.0}}            # secretary and director in one person
  headcount:
    posts: {{by: residents, base: 4, per_1000: 0.4, max: 7}}
    lines: 4                              # kinds of specialised staff
  # pay: ...                              # hecun explain policies
"""
_REGISTRY = """\
  merger:
    source: registry        # the official list of {after}
    group_ratio: 0.6        # Sichuan: 386,120 -> 232,407 groups"""
_GENERATED = """\
  merger:
    source: generated       # the registry has no list that shows a merger of this county
    ratio: 0.6              # Sichuan: 45,052 -> 27,024 villages
    group_ratio: 0.6        # Sichuan: 386,120 -> 232,407 groups"""
_EXPERIMENT = """\
# Run it: hecun experiment experiments/{file}_compare.yaml   (hecun plan FILE says what it takes)
question:
  en: What did the reform change in {title}, and what did the merger alone?
  zh: 改革给{name}带来了什么变化？单是合村又带来什么？
config: ../configs/{file}.yaml
method: compare             # or factorial, sobol, calibrate ...: docs/experiments.md
arms:                       # the first is what the others are compared with
  {none}:
    title: {{en: No reform, zh: 不改革}}     # what figures and reports call it
    policies: {{merger: null, combined_role: null, headcount: null}}
  {merger_alone}:
    title: {{en: Merger alone, zh: 仅合村}}
    policies: {{combined_role: null, headcount: null}}
  {whole_reform}:
    title: {{en: Whole reform, zh: 整体改革}}  # the configuration as it is
set: {{scale: 50}}            # coarser, so that it takes minutes; scale: 10 for results
# factors:                  # the same comparison at several levels, or over a parameter's range
#   policies.headcount.posts.base: [3, 4, 5]    # set in the arms that have the policy
#   parameters.service.visit_sigma_km: prior
replicates: 20              # or {{at_least: 10, until: {{service_reach: 0.005}}, at_most: 100}}
record: {{county: monthly, villages: last, villagers: last}}   # which villages, who wins and loses
outcomes: [trust, posts]    # shown besides service reach, collective income, cadre workload
"""
_ARMS = ("none", "merger_alone", "whole_reform")


def _meant(county: str) -> CountyEntry:
    """Return the county with a code or name, or the only one that a part of it may mean."""
    try:
        return find_county(county)
    except RegistryError:
        found = counties(county)
        if len(found) != 1:
            raise
        return found[0]


def write(name: str, county: str, folder: Path, lang: str = "en") -> list[Path]:
    """Write ``configs/NAME.yaml`` and ``experiments/NAME_compare.yaml``; return their paths.

    `lang` is that of the arms' names, which figures show.

    Raises
    ------
    InputError
        If the county is not known, the name is not one of a file, or a file is there already.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise InputError(f"{name!r}: a name has letters, digits, _ and - only")
    entry = _meant(county)
    files = {
        folder / "configs" / f"{name}.yaml": _config(entry),
        folder / "experiments" / f"{name}_compare.yaml": _EXPERIMENT.format(
            file=name,
            title=entry.pinyin,
            name=entry.name,
            **{arm: word(f"arm_{arm}", lang) for arm in _ARMS},
        ),
    }
    there = [path for path in files if path.exists()]
    if there:
        raise InputError([f"{path}: is there already; choose another name" for path in there])
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return list(files)


def _config(entry: CountyEntry) -> str:
    reform = _reform(entry)
    lists = choose_lists(entry, reform)
    before = entry.numbers[lists.before]
    after = None if lists.after is None else entry.numbers[lists.after]
    shown = after is not None and 0 < after <= before
    villages = f"{before} villages in {lists.before}, "
    villages += f"no list after {lists.before}" if after is None else f"{after} in {lists.after}"
    area = share_of(entry, lists.before)
    return _CONFIG.format(
        name=entry.name,
        prefecture=entry.prefecture,
        code=entry.code,
        villages=villages,
        title=entry.pinyin,
        year=lists.before,
        year_after=f"\n  year_after: {lists.after}          # and after it" if shown else "",
        area=f"{float(f'{area or UNKNOWN:.3g}'):g}",
        area_from="the county's, over villages and communities" if area else "an assumption",
        start=format_month(reform - 24),
        reform=format_month(reform),
        merger=_REGISTRY.format(after=lists.after) if shown else _GENERATED,
    )


def _reform(entry: CountyEntry) -> int:
    """Return a month of reform: between the lists of the largest merger, of Sichuan April 2020."""
    month = parse_month("2020-04")
    merged = [change for change in entry.changes if change.kind == "merger"]
    if entry.code.startswith("51") or not merged:
        return month
    most = max(merged, key=lambda change: change.lost)
    return (MONTHS[most.before] + MONTHS[most.after] + 1) // 2
