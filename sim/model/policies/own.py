"""A user's own policy: the class that ``module:Class`` in a configuration names.

The module is looked for beside the configuration (and those it extends), then on Python's path.
Importing it runs it: it is announced first, to the logger ``hecun`` (standard error unless
logging is set up otherwise).
"""

import importlib
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from sim.errors import InputError, nearest
from sim.files import file_digest
from sim.model.policies.base import Policy

_WORD = r"[^\W\d]\w*"
FORM = re.compile(rf"({_WORD}(?:\.{_WORD})*):({_WORD})")


@dataclass(frozen=True, slots=True)
class Own:
    """A class that was found.

    Attributes
    ----------
    cls : type of Policy
        The class.
    file : Path
        Its source.
    digest : str
        BLAKE2b of the source when it was imported, 16 hex digits.
    folder : str
        Folder its module was found in, ``""`` if on Python's path.
    """

    cls: type[Policy]
    file: Path
    digest: str
    folder: str


_found: dict[str, Own] = {}


def known(kind: str) -> Own | None:
    """Return a class that has been imported already, by ``module:Class``."""
    return _found.get(kind)


def find(kind: str, folders: Sequence[str] = (), announce: bool = True) -> Own:
    """Import the class that a block's name says.

    Parameters
    ----------
    kind : str
        ``my_lab.policies:NightSchool``.
    folders : sequence of str
        Folders searched before Python's path.
    announce : bool
        Say that code of the user's is run.

    Raises
    ------
    InputError
        If the module or class is not there, fails, or is not a policy.
    """
    form = FORM.fullmatch(kind)
    if form is None:
        raise InputError("a policy of one's own is named module:Class, as my_lab.policies:School")
    module_name, class_name = form.groups()
    top = module_name.partition(".")[0]
    if top in sys.stdlib_module_names:
        raise InputError(f"{top} is a module of Python itself; name the module of your policy")
    folder = next((f for f in folders if PathFinder.find_spec(top, [f])), "")
    if not folder and top not in sys.modules and find_spec(top) is None:
        raise InputError(_no_module(top, folders))
    if announce and kind not in _found:
        place = f"beside the configuration, in {folder}" if folder else "on Python's path"
        logging.getLogger("hecun").warning("runs your code: %s, found %s", kind, place)
    module = _import(module_name, folder, folders)
    cls = _class(module, class_name)
    own = _found.get(kind)
    if own is None or own.cls is not cls:
        file = Path(str(getattr(sys.modules[cls.__module__], "__file__", None)))
        if not file.is_file():
            raise InputError(f"{class_name} has no source file; write it in a file of its own")
        own = _found[kind] = Own(cls, file, file_digest(file), folder)
    if file_digest(own.file) != own.digest:
        raise InputError(f"{own.file} has changed since it was imported; start Python anew")
    _same_as_beside(module, module_name, folder)
    return own


def _no_module(name: str, folders: Sequence[str]) -> str:
    there = {path.stem for folder in folders for path in Path(folder).glob("*.py")}
    beside = f"beside the configuration ({', '.join(dict.fromkeys(folders))}) or " * bool(folders)
    return f"no module {name!r} {beside}on Python's path{nearest(name, there)}"


def _import(name: str, folder: str, folders: Sequence[str]) -> ModuleType:
    """Import a module, or say why it cannot be."""
    if folder and folder not in sys.path:
        sys.path.append(folder)  # last: nothing of the user's may hide a library
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
        if missing and f"{name}.".startswith(f"{missing}."):
            raise InputError(_no_module(missing, folders)) from error
        frame = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error}".replace("\n", " ")
        ours = isinstance(error, ImportError) and f"{error.name}.".startswith("sim.")
        hint = "; what a policy needs is in sim itself: from sim import Policy, unit" * ours
        raise InputError(
            f"importing {name} failed in {frame.filename}, line {frame.lineno}: {said}{hint}"
        ) from error


def _class(module: ModuleType, name: str) -> type[Policy]:
    """Return a module's policy class, or say what is wrong with it."""
    classes = {key: value for key, value in vars(module).items() if isinstance(value, type)}
    policies = [key for key, cls in classes.items() if issubclass(cls, Policy) and cls != Policy]
    if not hasattr(module, name):
        hint = nearest(name, policies) or f"; its policies: {', '.join(policies) or 'none'}"
        raise InputError(f"{module.__name__} has no class {name!r}{hint}")
    cls = classes.get(name)
    if cls is None or not issubclass(cls, Policy):
        raise InputError(f"{name} is not a policy; derive the class from sim.Policy")
    if cls.apply is Policy.apply:
        raise InputError(f"{name} does nothing; define its method apply(self, county, month)")
    return cls


def _same_as_beside(module: ModuleType, name: str, folder: str) -> None:
    """Refuse a module if another of its name, with other content, lies beside the configuration."""
    path = Path(folder, *name.split("."))
    beside = [p for p in (path.with_suffix(".py"), path / "__init__.py") if folder and p.is_file()]
    used = Path(str(module.__file__))
    if beside and beside[0].read_bytes() != used.read_bytes():
        raise InputError(f"two modules are called {name!r}: {beside[0]} and {used}; rename one")
