"""Policies: what a county decides. One file per block, named as in YAML."""

from sim.policies.base import Policy, Selector
from sim.policies.blocks import POLICIES, PolicySet, kind_of

__all__ = ["POLICIES", "Policy", "PolicySet", "Selector", "kind_of"]
