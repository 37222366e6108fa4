"""Uncertain constants of the rules: value, unit, range, source, confidence."""

from sim.model.parameters.catalogue import (
    PROCESSES,
    Parameter,
    Values,
    defaults,
    lookup,
    parameters,
)

__all__ = ["PROCESSES", "Parameter", "Values", "defaults", "lookup", "parameters"]
