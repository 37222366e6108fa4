"""Modules that another one imports and seldom uses, loaded when they are first used.

Mesa imports pandas, networkx and SciPy's trees, seaborn imports SciPy's statistics, for what few of
their callers ask of them: half the time in which a simulation, or a figure, begins.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


def _named(module: str, name: str) -> type:
    """Return what stands in for a class or a function: in annotations, and when it is called."""

    def call(_: type, *given: Any, **named: Any) -> Any:
        return getattr(import_module(module), name)(*given, **named)

    return type(name, (), {"__new__": call})


class _Later(ModuleType):
    """Stands in for a module: what is taken from it at import is stood in for too."""

    ready = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if not self.ready:
            return _named(self.__name__, name)
        return getattr(import_module(self.__name__), name)


@contextmanager
def standing_in(*modules: str) -> Iterator[None]:
    """Import other modules without some that they import; one that is loaded stays what it is.

    Parameters
    ----------
    *modules : str
        What is to be loaded later, by its whole name; a package before its parts.
    """
    instead = {name: _Later(name) for name in modules if name not in sys.modules}
    for name, stand_in in instead.items():
        package, _, part = name.rpartition(".")
        if package in instead:
            vars(instead[package])[part] = stand_in
    for package in {name.partition(".")[0] for name in instead} - instead.keys():
        import_module(package)
    sys.modules.update(instead)
    try:
        yield
    finally:
        for name, stand_in in instead.items():
            stand_in.ready = True
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
