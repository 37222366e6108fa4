"""Policies: what a county decides. One file per block, named as in YAML."""

from sim.model.policies.base import Policy, Selector
from sim.model.policies.blocks import POLICIES, PolicySet, dose_of, kind_of

__all__ = ["POLICIES", "Policy", "PolicySet", "Selector", "dose_of", "kind_of"]
