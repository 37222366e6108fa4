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
    "errands": Variant("service", ("given_up", "deferrable"), "given_up", "deferrable"),
    "decay": Variant("service", ("none", "exponential", "gaussian"), "gaussian", "gaussian"),
    "income": Variant("economy", ("linear", "saturating"), "linear", "saturating"),
    "desk": Variant("hours", ("service_hours", "presence"), "service_hours", "presence"),
    "load": Variant("hours", ("queue", "overtime"), "queue", "overtime"),
    "trends": Variant("trends", ("constant", "observed"), "constant", "observed"),
    "ties": Variant("ties", ("off", "on"), "off", "off"),
    "families": Variant("family", ("off", "on"), "off", "off"),
    "cadres": Variant("selection", ("drawn", "villagers"), "drawn", "drawn"),
}
#: the row of first forms
FIRST_EDITION = {name: variant.first_edition for name, variant in VARIANTS.items()}


def _only(forms: str, *keys: str) -> dict[str, list[list[str]]]:
    """Return keys of a configuration that act in some forms alone, and each variant and form."""
    return {key: [form.split() for form in forms.split(", ")] for key in keys}


_ERRANDS = "mandatory_share urgent_share errand_readiness errand_pressure road_cost minutes_phone"
_ERRANDS += " phone_attraction proxy_attraction minutes_proxy"
_TIES = "neighbours kin ties_elsewhere hearsay bad_news integration_half_life online_alone"
_TIES += " online_by_ties door_grievance pooling_grievance grievance_spread complaint_rate"
_TIES += " complaint_encouraged complaint_to_cadres complaint_to_county complaint_settled"
_TIES += " complaint_hours inspection_hours complaint_cost"
_FAMILY = "size apart single handed online_help alone_response alone_reference"
_TRENDS = "out_wage local_wage rural_income pension work_found leaving entry online_under_60"
_TRENDS += " online_60_plus"
#: parameter (process.name) or lever (policy.name) -> variants, and the forms in which alone it acts
ACTS_IN = (
    _only("errands deferrable", *(f"service.{name}" for name in _ERRANDS.split()))
    | _only("errands deferrable", "service_delivery.proxies")
    | _only("errands given_up", "service.abandonment")
    | _only("decay gaussian", "service.visit_sigma_km")
    | _only("decay exponential", "service.visit_beta")
    | _only("desk service_hours", "hours.desk_hours")
    | _only("desk presence", "hours.office_presence", "hours.office_day", "hours.rota_hours")
    | _only("desk presence", "hours.rota_kept", "hours.rota_known", "service_delivery.office_hours")
    | _only("desk presence", "service_delivery.office_kept")
    | _only("load overtime", "hours.paperwork_waits", "hours.project_hours")
    | _only("load overtime", "hours.overtime_week")
    | _only("income saturating", "economy.asset_work", "economy.asset_work_response")
    | _only("income saturating", "economy.project_work")
    | _only("ties on", *(f"ties.{name}" for name in _TIES.split()))
    | _only("ties on, families on", "ties.household", "ties.home_grievance")
    | _only("cadres villagers", "selection.skill_ability")
    | _only("cadres drawn", "posts.returned_share_before")
    | _only("families on", *(f"family.{name}" for name in _FAMILY.split()))
    | _only("trends observed", *(f"trends.{name}" for name in _TRENDS.split()))
)


def idle(key: str, chosen: dict[str, str]) -> str | None:
    """Return the form, ``errands: deferrable``, without which a parameter or lever does nothing.

    None if it acts with the forms that are chosen.

    Parameters
    ----------
    key : str
        ``process.parameter`` or ``policy.lever``.
    chosen : dict of str
        Variant -> form, of all variants.
    """
    lacking = (f"{v}: {form}" for v, form in ACTS_IN.get(key, []) if chosen[v] != form)
    return next(lacking, None)


def numbers(chosen: dict[str, str]) -> dict[str, dict[str, float]]:
    """Return ``{process: {variant: number of its form}}``; what is not chosen is the default's."""
    found: dict[str, dict[str, float]] = {}
    for name, variant in VARIANTS.items():
        form = chosen.get(name, variant.default)
        found.setdefault(variant.process, {})[name] = float(variant.forms.index(form))
    return found
