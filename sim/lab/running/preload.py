"""Readiness of a process for runs: importing this compiles (or loads) every kernel once.

The process that workers are copies of imports it first.
"""

from contextlib import suppress

from sim.lab.running.beside import compiling, tiny

with suppress(Exception), compiling():  # a run meets the same error where it is told
    tiny(1).run_for(3)
