"""A configuration and an experiment to start from."""

import re
from pathlib import Path

from sim.errors import InputError
from sim.model.world.registry import CountyEntry, find_county
from sim.words import word

_CONFIG = """\
# {name} ({prefecture}), county {code} of the registry: {villages}.
# `hecun check` says whether this file is right; `hecun explain` lists every key.
title: {{en: {title}, zh: {name}}}
county:
  registry: "{code}"
  year: {year}                # the list that describes the villages before the reform
  population: {{mean: 1200, log_sd: 0.4}}   # persons a village: an assumption, look it up
  area: {{mean: 5, log_sd: 0.4}}            # km2 a village: an assumption, look it up
start: 2018-04
reform: 2020-04
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
    source: registry        # the official list of 2020
    group_ratio: 0.6        # Sichuan: 386,120 -> 232,407 groups"""
_GENERATED = """\
  merger:
    source: generated       # the registry has no list of 2020 for this county
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
    title: {{en: Whole reform, zh: 整套改革}}  # the configuration as it is
set: {{scale: 50}}            # coarser, so that it takes minutes; scale: 10 for results
# factors:                  # the same comparison at several levels, or over a parameter's range
#   policies.headcount.posts.base: [3, 4, 5]    # set in the arms that have the policy
#   parameters.service.visit_sigma_km: prior
replicates: 20              # or {{at_least: 10, until: {{service_reach: 0.005}}, at_most: 100}}
record: {{county: monthly, villages: off, villagers: off}}
outcomes: [trust, posts]    # shown besides service reach, collective income, cadre workload
"""
_ARMS = ("none", "merger_alone", "whole_reform")


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
    entry = find_county(county)
    files = {
        folder / "configs" / f"{name}.yaml": _config(entry, name),
        folder / "experiments" / f"{name}_compare.yaml": _EXPERIMENT.format(
            file=name,
            title=_title(name),
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


def _title(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _config(entry: CountyEntry, name: str) -> str:
    year = 2019 if entry.villages(2019) is not None else 2018
    before, after = entry.villages(year), entry.villages(2020)
    villages = f"{before} villages in {year}"
    villages += f", {after} in 2020" if after is not None else ", no list of 2020"
    return _CONFIG.format(
        name=entry.name,
        prefecture=entry.prefecture,
        code=entry.code,
        villages=villages,
        title=_title(name),
        year=year,
        merger=_GENERATED if after is None else _REGISTRY,
    )
