"""Variants: the forms of each mechanism about which there is more than one opinion.

The form in force is a whole number beside the parameters of the process that has the mechanism,
in what kernels are given: ``values.service.decay`` is its place among `Variant.forms`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """A contested mechanism.

    Attributes
    ----------
    process : str
        The process that has it.
    forms : tuple of str
        What it can be, in the order of their numbers.
    first_edition : str
        The form in the first edition of the model.
    default : str
        The form if none is named.
    """

    process: str
    forms: tuple[str, ...]
    first_edition: str
    default: str


VARIANTS = {
    "errands": Variant("service", ("given_up", "deferrable"), "given_up", "given_up"),
    "decay": Variant("service", ("none", "exponential", "gaussian"), "gaussian", "gaussian"),
    "income": Variant("economy", ("linear", "saturating"), "linear", "linear"),
    "desk": Variant("hours", ("service_hours", "presence"), "service_hours", "service_hours"),
    "load": Variant("hours", ("queue", "overtime"), "queue", "queue"),
    "trends": Variant("trends", ("constant", "observed"), "constant", "constant"),
}


def numbers(chosen: dict[str, str]) -> dict[str, dict[str, float]]:
    """Return ``{process: {variant: number of its form}}``; what is not chosen is the default's."""
    found: dict[str, dict[str, float]] = {}
    for name, variant in VARIANTS.items():
        form = chosen.get(name, variant.default)
        found.setdefault(variant.process, {})[name] = float(variant.forms.index(form))
    return found
