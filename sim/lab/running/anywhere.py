"""Words on an error that read alike on any machine: results are given to others."""

import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

import sim


def anywhere(told: str, folders: Sequence[str] = ()) -> str:
    """Return a traceback without this machine's folders and addresses in memory.

    Files of hecun and those beside the configuration become relative, those of libraries
    ``<library>/...``.

    Parameters
    ----------
    told : str
        The traceback.
    folders : sequence of str
        Where configurations and policies of one's own are.
    """
    paths = sysconfig.get_paths()
    known = {os.path.expanduser("~"): "~", tempfile.gettempdir(): "<temporary>"}  # noqa: PTH111
    known |= dict.fromkeys((sys.prefix, sys.base_prefix), "<python>")
    known |= dict.fromkeys((paths["stdlib"], paths["purelib"], paths["platlib"]), "<library>")
    known |= dict.fromkeys((str(Path.cwd()), *folders), "")
    known |= {str(Path(sim.__file__).parent): "sim"}
    for path in sorted(known, key=len, reverse=True):
        if path.rstrip("/\\"):
            end = r"(?![\w.-])" if known[path] else r"[/\\]"
            told = re.sub(rf"(?<![\w.-]){re.escape(path)}{end}", known[path], told)
    return re.sub(r"\b0x[0-9a-fA-F]{6,}", "0x...", told)
