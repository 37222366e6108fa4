"""The language that the command line speaks: that of ``--lang``, else of the user's locale.

What is written in English where it arises is said in Chinese where it is shown (`said`).
"""

import locale
import os
from collections.abc import Sequence
from typing import Any

import click

from sim.words import LANGUAGES

_SPOKEN = ["en"]


def of_locale() -> str:
    """Return the language of the user's locale: Chinese where it is a Chinese one."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    found = locale.getlocale()[0] or ""
    return "zh" if found.lower().startswith(("zh", "chinese")) else "en"


def asked(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for, before it is looked at in earnest.

    Help and mistakes on the command line have a language, too.
    """
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        name, sign, value = argument.partition("=")
        if name == "--lang":
            value = value if sign else next(iter(arguments[at + 1 : at + 2]), "")
            if value in LANGUAGES:
                return value
    return of_locale()


def speak(lang: str) -> None:
    """Speak a language from now on."""
    _SPOKEN[0] = lang


def spoken() -> str:
    """Return the language that is spoken: English but inside a command."""
    return _SPOKEN[0]


def said(text: str) -> str:
    """Return an English text as it is said to the user."""
    if _SPOKEN[0] == "en":
        return text
    from sim.words.translating import chinese

    return chinese(text)


class Language(click.Option):
    """The option ``--lang``."""

    def __init__(self, _: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            default=spoken,
            show_default="the locale's",
            help="Language of the output / 输出语言.",
            **settings,
        )
