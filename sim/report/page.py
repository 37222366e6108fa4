"""Pages of reports: their parts, and their HTML."""

import base64
import io
import re
import warnings
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.model.parameters import parameters
from sim.report.fonts import chinese_file
from sim.report.registry import Kind, Of, kinds
from sim.words import word
from sim.words.labels import key_label, outcome_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure


@dataclass
class Rows:
    """A table of a page.

    Attributes
    ----------
    heads, rows : list
        Column heads, and rows of cells in words.
    numbers, codes : tuple of int
        Columns aligned to the right; set in a fixed width.
    title : str
        What stands above it.
    folded : bool
        Shown only when it is opened.
    """

    heads: list[str]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()
    title: str = ""
    folded: bool = False


@dataclass
class Picture:
    """A figure of a page: its file's name, what is below it, how it is drawn, what it finds."""

    name: str
    caption: str
    draw: "Callable[[], Figure]"
    data: str = ""
    width: str = "auto"
    found: str = ""


@dataclass
class Section:
    """A section of a page."""

    head: str
    answers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    tables: list[Rows] = field(default_factory=list)
    figures: list[Picture] = field(default_factory=list)
    note: str = ""
    folded: bool = False

    def __bool__(self) -> bool:
        """Whether it says anything below its head."""
        parts = (self.answers, self.texts, self.points, self.tables, self.figures, self.note)
        return any(parts)


@dataclass
class Page:
    """What a page says: its title, what kind of page it is, sections, and a last line."""

    title: str
    kind: str
    sections: list[Section]
    footer: str


#: a hyphen that stands for a minus
_HYPHEN = re.compile(r"(?<![\w.\-])-(?=\d)")


def left_out(error: Exception, folder: Path, lang: str) -> str:
    """Return the sentence that stands where a part of a page could not be made."""
    why = str(error).replace(f"{folder}: ", "").replace(f"{folder}/", "") or type(error).__name__
    if not isinstance(error, InputError):
        why = f"{type(error).__name__}: {why}"
        warnings.warn(f"a part of the report is left out ({why})", stacklevel=2)
    return word("left_out", lang, why=why)


def optional(head: str, make: "Callable[[], Section]", folder: Path, lang: str) -> Section:
    """Return a section, or, where it cannot be made, one that says why: the others are made.

    Parameters
    ----------
    head : str
        Key of its head.
    make : callable
        What makes it.
    folder : Path
        The results.
    lang : {"en", "zh"}
        Language.
    """
    try:
        return make()
    except Exception as error:  # noqa: BLE001  (said on the page, and warned of)
        return Section(word(head, lang), texts=[left_out(error, folder, lang)])


def render(page: Page, lang: str) -> str:
    """Return a page as HTML; whatever is not the template's own is escaped."""
    from jinja2 import Environment, StrictUndefined

    template = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["minus"] = lambda text: _HYPHEN.sub("−", text)
    whole = environment.from_string(template)
    content = {"lang": {"en": "en", "zh": "zh-CN"}[lang], "title": page.title, "kind": page.kind}
    content |= {
        "sections": [section for section in page.sections if section],
        "footer": page.footer,
        "contents": word("contents", lang),
    }
    font = embedded_font(whole.render(**content, font=""))
    return whole.render(**content, font=font)


def embedded_font(text: str) -> str:
    """Return the Chinese characters of a text as a font for CSS (WOFF in base64), '' without any.

    A page is read on machines that have no Chinese font; the whole one has 8 MB.
    """
    letters = sorted({ord(letter) for letter in text if ord(letter) > 0x2E7F})
    path = chinese_file()
    if not letters or path is None:
        return ""
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True)
    with subset.load_font(str(path), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=letters)
        subsetter.subset(font)
        out = io.BytesIO()
        font.flavor = "woff"
        font.save(out)
    return base64.b64encode(out.getvalue()).decode()


def figures(results: Any, of: Of, lang: str) -> Section:
    """Return the figures that results have the numbers for (`sim.report.registry`)."""
    found = Section(word("figures", lang))
    for kind in kinds(of).values():
        if kind.section == "figures":
            part = optional("figures", partial(_of_kind, kind, results, lang), results.folder, lang)
            found.figures += part.figures
            found.texts += [f"{getattr(kind, lang)}: {text}" for text in part.texts]
    return found


def _of_kind(kind: Kind, results: Any, lang: str) -> Section:
    """Return the figures of a kind."""
    found = Section("")
    for case in kind.cases(results):
        said = {name: _SAID[name](value, lang) for name, value in case.items()}
        draw = partial(kind.function, results, lang=lang, **case)
        name, caption = kind.named(kind.name, case), word(kind.caption, lang, **said)
        found.figures.append(Picture(name, caption, draw))
    return found


#: how options of figures are said in captions
_SAID = {"outcome": outcome_label, "factor": key_label}


#: entries of a manifest that are long, or, of older results, name the machine
_NOT_SHOWN = (
    "timeline", "triggers", "files", "inputs", "tables", "sources", "title", "question", "host",
    "folders",
)  # fmt: skip


def manifest_rows(manifest: dict[str, Any], lang: str) -> Rows:
    """Return what a manifest says, as far as it is short, as a table."""
    rows = []
    for key, value in manifest.items():
        if key in _NOT_SHOWN:
            continue
        said = "" if value is None else str(value)
        if isinstance(value, dict):
            said = ", ".join(f"{name} {what}" for name, what in value.items())
        elif isinstance(value, list):
            said = ", ".join(map(str, value))
        if said:
            rows.append([key, said[:400]])
    return Rows([word("entry", lang), word("value", lang)], rows, codes=(0, 1))


def parameter_section(
    changed: dict[str, str], lang: str, figures: list[Picture] | None = None
) -> Section:
    """Return what drove the results: parameters changed or varied, and all of them with sources.

    Parameters
    ----------
    changed : dict
        ``process.name`` -> what was made of it, in words.
    lang : {"en", "zh"}
        Language.
    figures : list of Picture, optional
        Figures of sensitivity.
    """
    heads = [word(key, lang) for key in ("parameter", "value", "unit", "range", "source")]
    heads.append(word("confidence", lang))
    every, shown, uncertain = [], [], 0
    for process, found in parameters().items():
        for name, one in found.items():
            key = f"{process}.{name}"
            value = changed.get(key, f"{one.value:g}")
            what = getattr(one, lang)
            row = [f"{key}: {what}", value, one.unit, f"{one.low:g} – {one.high:g}", one.source]
            row.append(one.confidence)
            every.append(row)
            uncertain += one.confidence == "C"
            if key in changed:
                shown.append(row)
    tables = [Rows(heads, shown, (1,), title=word("changed", lang))] if shown else []
    tables.append(
        Rows(
            heads,
            every,
            (1,),
            title=word("every_parameter", lang, count=len(every)),
            folded=True,
        )
    )
    texts = [] if shown else [word("nothing_changed", lang)]
    texts.append(word("uncertain", lang, count=uncertain, all=len(every)))
    return Section(word("drivers", lang), texts=texts, tables=tables, figures=figures or [])


def flat(data: Any, prefix: str = "") -> dict[str, str]:
    """Return nested plain data as dotted keys and values in words."""
    if isinstance(data, dict):
        out: dict[str, str] = {}
        for key, value in data.items():
            out |= flat(value, f"{prefix}.{key}" if prefix else str(key))
        return out
    if isinstance(data, list):
        return {prefix: ", ".join(map(str, data))}
    if isinstance(data, bool):
        return {prefix: "✓" if data else "✗"}
    if isinstance(data, float) and data.is_integer() and abs(data) >= 1000:
        return {prefix: f"{data:,.0f}"}
    return {prefix: str(data)}
