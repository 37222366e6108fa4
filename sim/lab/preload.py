"""Loaded first by the process that worker processes are copies of: it makes them ready for runs."""

from sim.lab.warm import warm

try:
    warm()
except Exception:  # noqa: BLE001, S110  (a worker meets the same error where it is told)
    pass
