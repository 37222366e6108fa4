"""Labels of what has its words where it is defined: outcomes, parameters, policies."""

import re
from collections import Counter
from functools import cache

from sim.config.cautions import Caution
from sim.config.outline import chinese
from sim.model.config.chinese import policy_name
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import parameters
from sim.model.policies import POLICIES, Policy, dose_of
from sim.model.policies.dose import MOVED, Given
from sim.words import word
from sim.words.numbers import number


def outcome_label(key: str, lang: str) -> str:
    """Return an outcome's name; its key if the catalogue no longer has it."""
    outcome = OUTCOMES.get(key)
    return key if outcome is None else getattr(outcome, lang)


@cache
def _meanings() -> dict[str, str]:
    """Return English names of parameters: their meaning, up to an aside if that names one alone."""
    whole = {f"{process}.{name}": each.en
             for process, of in parameters().items() for name, each in of.items()}  # fmt: skip
    heads = {key: re.split(r"[:;(]|, ", text)[0].strip() for key, text in whole.items()}
    often = Counter(heads.values())
    known = {key for key, head in heads.items() if often[head] == 1 and " " in head}
    known -= {key for key in known if heads[key].startswith(("of ", "that "))}
    return {key: heads[key] if key in known else text for key, text in whole.items()}


def key_label(key: str, lang: str) -> str:
    """Return the name of any key of a configuration: a parameter's, a policy's field, or an arm."""
    short = key.removeprefix("policies.").removeprefix("parameters.")
    process, _, name = short.partition(".")
    parameter = parameters().get(process, {}).get(name)
    if parameter is not None and key != f"policies.{short}":
        return parameter.zh if lang == "zh" else _meanings()[short]
    return (lang == "zh" and _policy_words(short)) or short.replace(".", ": ").replace("_", " ")


def _policy_words(key: str) -> str:
    """Return in Chinese a policy or a key of its block; "" for what no policy has."""
    block, *fields = key.split(".")
    kind, _, label = block.partition("#")
    if kind not in POLICIES:
        return ""
    words = chinese(("policies", kind, *fields)) if fields else policy_name(kind)
    if label and words:
        words = f"{words}（{label}）"
    if not fields:
        return words
    if fields[0] in Policy.model_fields and words:  # every policy has it: say whose
        return f"{policy_name(kind)}：{re.split('[；：]', words)[0]}"
    return words


def policy_title(block: str, lang: str) -> str:
    """Return the name of a policy's block, with its label."""
    kind, sign, label = block.partition("#")
    named = policy_name(kind) if lang == "zh" and kind in POLICIES else kind.replace("_", " ")
    return f"{named}{sign}{label}"


def dose_label(given: Given, lang: str, policy: str = "") -> str:
    """Return in words that a dose was not delivered; `policy` replaces the policy's name."""
    dose = dose_of(given.policy, given.what)
    verdict = given.verdict or "nothing"
    if verdict == "nothing" and given.what == MOVED:
        verdict = "unmoved"
    called = policy or policy_title(given.policy, lang)
    numbers = {"asked": number(given.asked), "delivered": number(given.delivered)}
    return word(f"acted_{verdict}", lang, policy=called, what=getattr(dose, lang), **numbers)


def caution_label(caution: Caution, lang: str) -> str:
    """Return a caution in words."""
    kind, of, value = caution
    return word(f"caution_{kind}", lang, of=of, number=number(value))
