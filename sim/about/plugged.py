"""What installed distributions plug into hecun, listed without importing any of it."""

from sim.model.policies import POLICIES
from sim.plugins import GROUPS, Plugin, offered
from sim.printable import printable
from sim.terminal.console import table
from sim.words import word


def listed(lang: str) -> str:
    """Return a table of the plug-ins that are installed, and how one is offered and named."""
    found = [(kind, one) for kind in GROUPS for one in offered(kind)]
    heads = [word(f"plugins_{key}", lang) for key in ("kind", "name", "code", "of", "note")]
    rows = [
        [word(f"plugins_{kind}", lang), one.name, one.where, one.distribution, _note(one, lang)]
        for kind, one in found
    ]
    groups = ", ".join(GROUPS.values())
    said = word("plugins_how", lang, groups=groups)
    if not rows:
        return f"{word('plugins_none', lang)}\n{said}"
    shown = [[printable(cell) for cell in row] for row in rows]
    return f"{table(heads, shown, word('plugins_title', lang))}\n\n{said}"


def _note(one: Plugin, lang: str) -> str:
    """Say why a plug-in cannot be named: hecun, or another distribution, has the name."""
    if one.kind == "policies" and one.name in POLICIES:
        return word("plugins_hidden", lang)
    others = {other.where for other in offered(one.kind) if other.name == one.name}
    return word("plugins_twice", lang) if len(others) > 1 else ""
