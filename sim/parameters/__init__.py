"""Uncertain constants of the rules: value, unit, range, source, confidence."""

from sim.parameters.catalogue import Parameter, Values, defaults, lookup, parameters

__all__ = ["Parameter", "Values", "defaults", "lookup", "parameters"]
