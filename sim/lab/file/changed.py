"""Changes that a command makes to an experiment file itself: ``--set factors.KEY=[2, 4]``."""

from collections.abc import Mapping
from typing import Any, get_args

from sim.config.loading import nested, overlaid, planted
from sim.config.places import Node, Place, undotted
from sim.errors import InputError
from sim.lab.file.schema import Method
from sim.model.config.schema import Config

#: keys of an experiment file that no configuration has
OWN_KEYS = {key for method in get_args(Method) for key in method.model_fields} - {
    *Config.model_fields,
    "method",
    "config",
}


def changed(root: Node, overrides: Mapping[str, Any]) -> tuple[Node, dict[str, Any]]:
    """Return an experiment file with what is changed of it, and the changes of configurations.

    Parameters
    ----------
    root : Node
        The file.
    overrides : mapping of str to value
        By dotted key. What begins with a key of experiments (``factors``, ``replicates``,
        ``samples``, ``record``) changes the file; a factor is named by its whole key, and
        ``null`` takes it away. Everything else is of the configurations.

    Raises
    ------
    InputError
        If a configuration's key is a factor: the design would undo the change in silence. A block
        with prior leaves out what is set.
    """
    rest: dict[str, Any] = {}
    for key, value in overrides.items():
        first, _, name = key.partition(".")
        if first not in OWN_KEYS:
            rest[key] = value
            continue
        node = planted(value, Place(f"--set {key}={value}"))
        parts = ("factors", name) if first == "factors" and name else undotted(key)
        if root.get(*parts) is not None:  # replaced whole, whatever form it had
            root = overlaid(root, nested(parts, planted(None, node.place)))
        root = root if value is None else overlaid(root, nested(parts, node))
    block = root.get("factors")
    factors = block.value if block is not None and isinstance(block.value, dict) else {}
    for key in rest:
        for factor, node in factors.items():
            if key == factor or (key.startswith(f"{factor}.") and node.value != "prior"):
                raise InputError(
                    f"--set {key}: {factor} is a factor, which every design point sets; write "
                    f"--set 'factors.{factor}=[...]', or --set factors.{factor}=null to take the "
                    "factor away"
                )
    return root, rest
