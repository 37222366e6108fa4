"""Loaded first by the process that worker processes are copies of: it makes them ready for runs."""

from contextlib import suppress

from sim.lab.running.warm import warm

with suppress(Exception):  # a worker meets the same error where it is told
    warm()
