"""The ``policies:`` block of a configuration: kinds of policies, their names, their order.

A block is named by its kind (``headcount``), by kind and label where there are several of a
kind (``headcount#pilot``), or by a class of the user's own (``my_lab.policies:NightSchool``).
"""

import re
from typing import TYPE_CHECKING, Any

from pydantic import (
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, to_json

from sim.model.config.fields import Strict
from sim.model.config.naming import SINGLE, kind_of
from sim.model.policies import own
from sim.model.policies.asset_rules import AssetRules
from sim.model.policies.base import Policy
from sim.model.policies.collective_support import CollectiveSupport
from sim.model.policies.combined_role import CombinedRole
from sim.model.policies.consultation import Consultation
from sim.model.policies.contact import Contact
from sim.model.policies.dose import DOSE_MOVED, MOVED, Dose
from sim.model.policies.entrepreneurship import Entrepreneurship
from sim.model.policies.first_secretary import FirstSecretary
from sim.model.policies.headcount import Headcount
from sim.model.policies.merger import Merger
from sim.model.policies.overhaul import Overhaul
from sim.model.policies.oversight import Oversight
from sim.model.policies.paperwork import Paperwork
from sim.model.policies.party_members import PartyMembers
from sim.model.policies.pay import Pay
from sim.model.policies.roles import Roles
from sim.model.policies.selection import Selection
from sim.model.policies.service_delivery import ServiceDelivery
from sim.model.policies.settlement import Settlement
from sim.model.policies.specialists import Specialists
from sim.model.policies.training import Training
from sim.model.policies.village_ventures import VillageVentures

#: block name in YAML -> class, in the order in which they are applied
POLICIES: dict[str, type[Policy]] = {
    "merger": Merger,
    "combined_role": CombinedRole,
    "headcount": Headcount,
    "pay": Pay,
    "selection": Selection,
    "settlement": Settlement,
    "training": Training,
    "first_secretary": FirstSecretary,
    "asset_rules": AssetRules,
    "collective_support": CollectiveSupport,
    "entrepreneurship": Entrepreneurship,
    "oversight": Oversight,
    "consultation": Consultation,
    "service_delivery": ServiceDelivery,
    "paperwork": Paperwork,
    "contact": Contact,
    "party_members": PartyMembers,
    "roles": Roles,
    "overhaul": Overhaul,
    "village_ventures": VillageVentures,
    "specialists": Specialists,
}


def dose_of(policy: str, what: str) -> Dose:
    """Return how a dose of a policy's block is counted and called."""
    kind = kind_of(policy)
    source = own.known(kind)
    cls = POLICIES.get(kind) or (source.cls if source else Policy)
    known = {MOVED: DOSE_MOVED} | cls.doses
    return known.get(what) or Dose("", "last", what, what)


_PLACE = {kind: i for i, kind in enumerate(POLICIES)}
_BLOCKS: dict[str, Any] = {name: (cls | None, None) for name, cls in POLICIES.items()}
_Blocks = create_model("_Blocks", __base__=Strict, **_BLOCKS)
_LABEL = re.compile(r"[\w-]+")


def _class_of(name: str, context: dict[str, Any]) -> type[Policy] | None:
    """Return the class of a block, None if its name is no policy's.

    Raises
    ------
    ValueError
        If the label is wrong or one's own class cannot be used (`own.find`).
    """
    kind, sign, label = name.partition("#")
    if kind not in POLICIES and ":" not in kind:
        return None
    if sign and not _LABEL.fullmatch(label):
        raise ValueError(f"the label after '#' is letters, digits, _ and -; got {label!r}")
    if sign and kind in SINGLE:
        raise ValueError(f"a county has one {kind}; write it without a label")
    if kind in POLICIES:
        return POLICIES[kind]
    return own.find(kind, context.get("folders", ()), context.get("announce", True)).cls


def _named_blocks(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema that blocks may carry a label, or be one's own."""
    named = {f"^{k}#[\\w-]+$": schema["properties"][k] for k in POLICIES if k not in SINGLE}
    own_block = {"type": "object", "description": "A policy of one's own, module:Class."}
    schema["patternProperties"] = named | {r"^[\w.]+:\w+(#[\w-]+)?$": own_block}
    schema["additionalProperties"] = False


class PolicySet(_Blocks):
    """Policies in force; each is off unless given."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_named_blocks)

    @model_validator(mode="wrap")
    @classmethod
    def _each_by_its_class(
        cls, value: Any, handler: ModelWrapValidatorHandler["PolicySet"], info: ValidationInfo
    ) -> "PolicySet":
        """Validate every block by the class its name says; report all errors at once."""
        if not isinstance(value, dict):
            return handler(value)
        blocks: dict[str, Any] = {}
        errors: list[InitErrorDetails] = []
        for name, block in value.items():
            if block is None and (kind_of(name) in POLICIES or ":" in name):
                continue
            try:
                found = _class_of(name, info.context or {})
                if found is None:
                    errors.append(
                        InitErrorDetails(type="extra_forbidden", loc=(name,), input=block)
                    )
                elif isinstance(block, found):
                    blocks[name] = block
                else:
                    blocks[name] = found.model_validate_json(to_json(block))
            except ValidationError as error:
                errors += [
                    InitErrorDetails(
                        type=e["type"],
                        loc=(name, *e["loc"]),
                        input=e["input"],
                        ctx=e.get("ctx", {}),
                    )
                    for e in error.errors()
                ]
            except ValueError as error:
                errors.append(
                    InitErrorDetails(
                        type="value_error", loc=(name,), input=block, ctx={"error": error}
                    )
                )
        if errors:
            raise ValidationError.from_exception_data("PolicySet", errors)
        return handler(blocks)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as text, so that another process first imports the classes of one's own."""
        return own.reduced(self)

    def active(self) -> dict[str, Policy]:
        """Return the policies given, by block name, in order of application.

        The order is that of `POLICIES`, then one's own; of one kind the block without a label
        comes first, then the others as written.
        """
        given = dict(self)
        names = [name for name, block in given.items() if block is not None]
        names.sort(key=lambda name: _PLACE.get(kind_of(name), len(_PLACE)))
        return {name: given[name] for name in names}

    def own_sources(self) -> dict[str, own.Own]:
        """Return where the classes of one's own come from, by ``module:Class``."""
        found = {kind: own.known(kind) for kind in map(kind_of, self.active()) if ":" in kind}
        return {kind: source for kind, source in found.items() if source is not None}
