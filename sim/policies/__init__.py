"""Policies: what a county decides. One file per block, named as in YAML."""

from typing import Any

from pydantic import create_model

from sim.config.fields import Strict
from sim.policies.base import Policy, Selector
from sim.policies.combined_role import CombinedRole
from sim.policies.entrepreneurship import Entrepreneurship
from sim.policies.headcount import Headcount
from sim.policies.merger import Merger

#: block name in YAML -> class, in the order in which they are applied
POLICIES: dict[str, type[Policy]] = {
    "merger": Merger,
    "combined_role": CombinedRole,
    "headcount": Headcount,
    "entrepreneurship": Entrepreneurship,
}

_BLOCKS: dict[str, Any] = {name: (cls | None, None) for name, cls in POLICIES.items()}

#: the ``policies:`` block of a configuration; every block is off unless given
PolicySet = create_model(
    "PolicySet",
    __base__=Strict,
    __doc__="Policies in force; each is off unless given.",
    **_BLOCKS,
)

__all__ = ["POLICIES", "Policy", "PolicySet", "Selector"]
