"""Look-up of fixed words: one key, one text in each language."""

from sim.errors import InputError
from sim.words import (
    answered,
    answers,
    cautions,
    columns,
    dashboard,
    doses,
    explain,
    export,
    facts,
    figures,
    new,
    pack,
    register,
    report,
    run,
    studies,
    terminal,
    twins,
    units,
)

LANGUAGES = ("en", "zh")
#: the modules of this package that hold words, one a theme
THEMES = (
    units,
    doses,
    cautions,
    figures,
    run,
    new,
    report,
    dashboard,
    answers,
    answered,
    terminal,
    explain,
    columns,
    facts,
    twins,
    pack,
    register,
    export,
    studies,
)


def _joined(*themes: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return the words of all themes.

    Raises
    ------
    KeyError
        If a key is in two of them.
    """
    found: dict[str, tuple[str, str]] = {}
    for theme in themes:
        if both := found.keys() & theme.keys():
            raise KeyError(f"words defined twice: {', '.join(sorted(both))}")
        found |= theme
    return found


#: key -> (English, Chinese), with fields in braces
WORDS = _joined(*(theme.WORDS for theme in THEMES))


def check_language(lang: str) -> str:
    """Return a language, or raise `InputError` if there are no words in it."""
    if lang not in LANGUAGES:
        raise InputError(f"language {lang!r}: expected one of {', '.join(LANGUAGES)}")
    return lang


def word(key: str, lang: str, /, **fields: object) -> str:
    """Return a fixed word or sentence in a language, its fields filled in."""
    return WORDS[key][LANGUAGES.index(lang)].format(**fields)


def known(key: str, lang: str, /, default: str) -> str:
    """Return a fixed word, or a default where there is none of that key."""
    return word(key, lang) if key in WORDS else default


def unit_label(unit: str, lang: str) -> str:
    """Return a stored unit as it is written in a language (as it stands if not known)."""
    return known(f"unit_{unit}", lang, unit)
