"""Write a resolved configuration as YAML, with the origin of every value."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from sim.config.places import Node
from sim.model.config.schema import Config


def to_yaml(config: Config, tree: Node) -> str:
    """Return a configuration as YAML; comments say ``file:line`` or ``default``."""
    yaml = YAML()
    yaml.width = 10_000
    stream = io.StringIO()
    yaml.dump(_commented(config.model_dump(mode="json"), tree), stream)
    return stream.getvalue()


def _commented(values: dict[str, Any], tree: Node | None) -> CommentedMap:
    """Return a map whose values carry their origin as comments; what is off is left out."""
    out = CommentedMap()
    for key, value in values.items():
        node = tree.get(key) if tree else None
        if value is None:
            continue
        if isinstance(value, dict):
            out[key] = _commented(value, node)
            continue
        if isinstance(value, list):
            out[key] = CommentedSeq(value)
            out[key].fa.set_flow_style()
        else:
            out[key] = value
        out.yaml_add_eol_comment(_origin(node), key, column=44)
    return out


def _origin(node: Node | None) -> str:
    if node is None:
        return "default"
    line = f":{node.place.line}" if node.place.line else ""
    return f"{node.place.file}{line}"
