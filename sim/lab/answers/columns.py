"""Columns of the tables that a method answers with, in words: headings, cells."""

from collections.abc import Callable
from functools import partial

from sim.lab.file.parts import WHOLE
from sim.model.outcomes.catalogue import OUTCOMES
from sim.words import WORDS, known, word
from sim.words.labels import key_label, outcome_label

#: what follows the name of a column that has one with other endings, too
ENDINGS = ("low", "high", "share", "conf", "change", "expected")
#: columns whose cells are the model's words, not names that a user chose
_OURS = (
    "by",
    "group",
    "state",
    "source",
    "outcome",
    "learned",
    "picked",
    "score",
    "use",
    "rule",
    "intervals",
    "seeds",
    "power_is",
)
#: columns whose cells hold arms, one or several in order
_ARMS = ("arm", "best", "ranking")


def head(name: str, lang: str) -> str:
    """Return the heading of a column of an answer."""
    if f"column_{name}" in WORDS:
        return word(f"column_{name}", lang)
    if lang == "en":
        return name.replace("_", " ")
    if name in OUTCOMES:
        return outcome_label(name, lang)
    if name.startswith("w_"):
        return word("weighed", lang, of=head(name.removeprefix("w_"), lang))
    for end in ENDINGS:
        stem = name.removesuffix(f"_{end}")
        if stem != name and "." not in name:
            return head(stem, lang) + word(f"ending_{end}", lang)
    return key_label(name, lang)


def headings(lang: str) -> Callable[[str], str] | None:
    """Return what columns are called in sentences, where not by their names as in English."""
    return None if lang == "en" else partial(head, lang=lang)


def cell(name: str, text: str, titles: dict[str, str], lang: str) -> str:
    """Return a cell of a column: arms by their titles, and words in the reader's language."""
    if name in _ARMS:
        tied = [part.split(" = ") for part in text.split(" > ")]
        return " > ".join(" = ".join(titles.get(arm, arm) for arm in arms) for arms in tied)
    if name not in _OURS and (name, text) != ("part", WHOLE):
        return text
    for key, end in (("ages", " years"), ("rank", " of 5")):
        if text.endswith(end):
            return word(f"cell_{key}", lang, **{key: text.removesuffix(end)})
    return known(f"cell_{text}", lang, text)
