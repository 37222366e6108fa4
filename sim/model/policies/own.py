"""A user's own policy: the class that ``module:Class`` in a configuration names.

The module is looked for beside the configuration (and those it extends), then on Python's path.
Importing it runs it: it is announced first, to the logger ``hecun`` (standard error unless
logging is set up otherwise).
"""

import ast
import importlib
import inspect
import logging
import re
import sys
import sysconfig
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.errors import InputError, nearest
from sim.files import digest
from sim.model.policies.base import Policy

_WORD = r"[^\W\d]\w*"
FORM = re.compile(rf"({_WORD}(?:\.{_WORD})*):({_WORD})")


@dataclass(frozen=True, slots=True)
class Own:
    """A class, or function, that was found.

    Attributes
    ----------
    cls : type of Policy, or callable
        The policy, or what measures an outcome.
    file : Path
        Its source.
    digest : str
        BLAKE2b of the sources when they were imported, 16 hex digits.
    folder : str
        Folder its module was found in, ``""`` if on Python's path.
    sources : dict of str to Path
        Its module and what that imports beside itself: name below their folder -> file.
    """

    cls: Any
    file: Path
    digest: str
    folder: str
    sources: Mapping[str, Path]


_found: dict[str, Own] = {}  # as they were imported
_last: dict[str, Own] = {}  # as they were last found: the same source may lie elsewhere, too


def known(kind: str) -> Own | None:
    """Return a class that has been imported already, by ``module:Class``."""
    return _last.get(kind)


#: what code of one's own may be
POLICY, FUNCTION = "policy", "function"


def find(kind: str, folders: Sequence[str] = (), announce: bool = True, what: str = POLICY) -> Own:
    """Import the class that a block's name says, or the function that measures an outcome.

    Parameters
    ----------
    kind : str
        ``my_lab.policies:NightSchool``.
    folders : sequence of str
        Folders searched before Python's path.
    announce : bool
        Say that code that is not hecun's is run.
    what : {"policy", "function"}
        What it is to be.

    Raises
    ------
    InputError
        If the module or class is not there, fails, or is not a policy.
    """
    form = FORM.fullmatch(kind)
    if form is None and what == FUNCTION:
        raise InputError("a function is named module:function, as my_lab.outcomes:far_elders")
    if form is None:
        raise InputError("a policy of one's own is named module:Class, as my_lab.policies:School")
    module_name, class_name = form.groups()
    top = module_name.partition(".")[0]
    if top in sys.stdlib_module_names:
        raise InputError(f"{top} is a module of Python itself; name the module of your {what}")
    folder = next((f for f in folders if PathFinder.find_spec(top, [f])), "")
    if not folder and top not in sys.modules and find_spec(top) is None:
        raise InputError(_no_module(top, folders))
    if announce and kind not in _found:
        logging.getLogger("hecun").warning("runs %s", _announced(kind, folder))
    module = _import(module_name, folder, folders)
    cls = _function(module, class_name) if what == FUNCTION else _class(module, class_name)
    own = _found.get(kind)
    if own is None or own.cls is not cls:
        file = Path(str(getattr(sys.modules[cls.__module__], "__file__", None)))
        if not file.is_file():
            raise InputError(f"{class_name} has no source file; write it in a file of its own")
        sources = sources_of(module_name, _root(module))
        own = _found[kind] = Own(cls, file, content_of(sources), folder, sources)
    if own.file.is_file() and content_of(own.sources) != own.digest:
        raise InputError(f"{own.file} has changed since it was imported; start Python anew")
    beside = (sources_of(module_name, Path(folder)) if folder else {}) or own.sources
    if content_of(beside) != own.digest:
        where = [next(iter(sources.values())) for sources in (beside, own.sources)]
        raise InputError(
            f"two modules are called {module_name!r}: {where[0]} and {where[1]}; rename one"
        )
    _last[kind] = replace(own, folder=folder, sources=beside)
    return _last[kind]


def _announced(kind: str, folder: str) -> str:
    """Say whose code is run, and where it was found."""
    if folder and (Path(folder) / "manifest.json").is_file():  # of results, perhaps another's
        return f"the code kept with these results: {kind}, in {folder}"
    place = f"beside the configuration, in {folder}" if folder else "on Python's path"
    return f"your code: {kind}, found {place}"


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


def _function(module: ModuleType, name: str) -> Any:
    """Return a module's function of the county, or say what is wrong with it."""
    functions = {key: value for key, value in vars(module).items() if inspect.isfunction(value)}
    if not hasattr(module, name):
        hint = nearest(name, functions) or f"; its functions: {', '.join(functions) or 'none'}"
        raise InputError(f"{module.__name__} has no function {name!r}{hint}")
    found = functions.get(name)
    if found is None:
        raise InputError(f"{name} is no function; write def {name}(county): and return a number")
    try:
        inspect.signature(found).bind(None)
    except TypeError as error:
        raise InputError(f"{name} is given the county alone: def {name}(county)") from error
    return found


def _root(module: ModuleType) -> Path:
    """Return the folder from which a module has its whole name."""
    file = Path(str(module.__file__))
    return file.parents[module.__name__.count(".") + (file.stem == "__init__")]


def sources_of(name: str, root: Path) -> dict[str, Path]:
    """Return a module's source and those of modules below its folder that it imports.

    Parameters
    ----------
    name : str
        Module, ``my_lab.policies``.
    root : Path
        Folder from which it has that name. Of Python's own folders no other package is taken.

    Returns
    -------
    dict of str to Path
        Name below `root`, with forward slashes -> file; the module asked for is the first.
    """
    alone = root in {Path(path) for path in sysconfig.get_paths().values()}
    found: dict[str, Path] = {}
    waiting, own = [name], name.partition(".")[0]
    while waiting:
        module = waiting.pop(0)
        parts = module.split(".")
        if parts[0] in {"sim", "hecun", *sys.stdlib_module_names} or (alone and parts[0] != own):
            continue
        for length in range(len(parts), 0, -1):
            path = root.joinpath(*parts[:length])
            file = next(filter(Path.is_file, (path.with_suffix(".py"), path / "__init__.py")), path)
            inner = file.relative_to(root).as_posix()
            if file != path and inner not in found:
                found[inner] = file
                package = parts[: length - (file.stem != "__init__")]
                waiting += _imported(file.read_bytes(), tuple(package))
    return found


@lru_cache(maxsize=64)
def _imported(source: bytes, package: tuple[str, ...]) -> list[str]:
    """Return the names of modules, and of what is in them, that a source of a package imports."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []  # importing it says what is wrong
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = [*above, *(node.module.split(".") if node.module else ())]
            found += (".".join([*base, alias.name]) for alias in node.names)
    return found


def content_of(sources: Mapping[str, Path]) -> str:
    """Return the digest of sources: of one its content, of several their names as well."""
    content = {name: file.read_bytes() for name, file in sorted(sources.items())}
    if len(content) == 1:
        return digest(*content.values())
    return digest(*(part for name in content for part in (name, content[name])))


def reduced(block: Any) -> tuple[Any, ...]:
    """Return how a block of a configuration that names one's own code is pickled: as text.

    Another process so first imports what it names. `block` has ``own_sources()``.
    """
    sources = block.own_sources()
    folders = tuple(dict.fromkeys(o.folder for o in sources.values() if o.folder))
    digests = {name: source.digest for name, source in sources.items()}
    return _revived, (type(block), block.model_dump_json(), folders, digests)


def _revived(kind: Any, text: str, folders: tuple[str, ...], digests: Mapping[str, str]) -> Any:
    """Return an unpickled block.

    Raises
    ------
    RuntimeError
        If a source of one's own has changed since it was pickled.
    """
    block = kind.model_validate_json(text, context={"folders": folders, "announce": False})
    for name, source in block.own_sources().items():
        if source.digest != digests[name]:
            raise RuntimeError(f"{source.file} has changed while it was in use; run again")
    return block
