"""The configurations and experiments that come with hecun, in a checkout or in an installation."""

import shutil
from pathlib import Path

from sim.errors import InputError

FOLDERS = ("configs", "experiments")
_PACKAGED = Path(__file__).parent / "data" / "examples"
_CHECKOUT = Path(__file__).parent.parent


def home() -> Path:
    """Return the folder that holds ``configs`` and ``experiments``."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def config(name: str) -> Path:
    """Return the path of a configuration: that of the working folder, else the one shipped."""
    return _found("configs", name)


def experiment(name: str) -> Path:
    """Return the path of an experiment: that of the working folder, else the one shipped."""
    return _found("experiments", name)


def _found(folder: str, name: str) -> Path:
    here = Path(folder) / f"{name}.yaml"
    return here if here.is_file() else home() / here


def files() -> list[Path]:
    """Return the examples, relative to their folder."""
    found = (path for folder in FOLDERS for path in (home() / folder).rglob("*"))
    kept = (path for path in found if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(home()) for path in kept)


def copy(folder: Path, replace: bool = False) -> list[Path]:
    """Copy the examples into a folder; return what was written.

    Raises
    ------
    InputError
        If one of them is there already and is not to be replaced, or cannot be written.
    """
    names = files()
    there = [folder / name for name in names if (folder / name).exists()]
    if there and not replace:
        raise InputError([f"{path}: is there already; give another --folder" for path in there])
    for name in names:
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(home() / name, target)
        except OSError as error:
            raise InputError(f"{target}: cannot be written ({error.strerror or error})") from error
    return [folder / name for name in names]
