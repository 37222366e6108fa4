"""Labels of what has its words where it is defined: outcomes, parameters, policies."""

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


def key_label(key: str, lang: str) -> str:
    """Return the name of any key of a configuration: a parameter's, a policy's field, or an arm."""
    short = key.removeprefix("policies.").removeprefix("parameters.")
    process, _, name = short.partition(".")
    parameter = parameters().get(process, {}).get(name)
    if parameter is not None and key != f"policies.{short}":
        return parameter.zh if lang == "zh" else name.replace("_", " ")
    return (lang == "zh" and _policy_words(short)) or short.replace(".", ": ").replace("_", " ")


def _policy_words(key: str) -> str:
    """Return in Chinese a policy or a field of its own; "" for fields that every policy has."""
    kind, *fields = key.split(".")
    if not fields:
        return policy_name(kind)

    known = kind in POLICIES and fields[0] not in Policy.model_fields
    return chinese(("policies", kind, *fields)) if known else ""


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
