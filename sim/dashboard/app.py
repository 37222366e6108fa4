"""The page itself, of Solara; `hecun dashboard` serves it. Every visitor has their own counties."""
# pyright: reportPrivateImportUsage=false, reportArgumentType=false
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import os
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import solara

from sim import __version__
from sim.dashboard import pictures
from sim.dashboard.levers import LEVERS
from sim.dashboard.link import SCALES, SEEDS, Asked, command, difference, opened, query
from sim.dashboard.offered import offered, offered_said
from sim.dashboard.serve import FONT
from sim.dashboard.village import village_html
from sim.dashboard.work import Shown, simulate
from sim.model.calendar import format_month
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.words import LANGUAGES, word
from sim.words.labels import outcome_label

CONFIG = os.environ.get("HECUN_DASHBOARD_CONFIG", "configs/dechang_2020.yaml")
LANG = os.environ.get("HECUN_DASHBOARD_LANG", "en")
_FACE = f"""@font-face {{font-family: hecun-chinese; font-display: block;
  unicode-range: U+2E80-9FFF, U+F900-FAFF, U+FF00-FFEF, U+20000-3FFFF;
  src: local("PingFang SC"), local("Microsoft YaHei"), local("Noto Sans CJK SC"), url({FONT})}}
"""
_STYLE = _FACE + Path(__file__).with_name("page.css").read_text("utf-8")
_CONTROLS = (
    "levers",
    "language",
    "moved",
    "unmoved",
    "apply",
    "undo",
    "reset",
    "seeds",
    "seed",
    "scale",
    "where",
    "config",
    "search",
    "county",
)
_VIEW = (
    "effects",
    "then",
    "effect",
    "tiles",
    "time",
    "play",
    "pause",
    "month",
    "colour",
    "left",
    "before",
    "without",
    "with",
    "maps",
    "change",
    "difference",
    "hover",
    "community",
    "series",
    "band",
)
_SHARE = ("share", "link", "yaml", "command", "copy", "copied")


@solara.component_vue("controls.vue")
def _Controls(  # noqa: N802
    words: dict[str, str],
    lang: str,
    languages: dict[str, str],
    levers: list[dict[str, Any]],
    asked: dict[str, Any],
    choices: dict[str, Any],
    searched: str,
    found: str,
    counties: list[list[str]],
    event_apply: Callable[[dict[str, Any]], None],
    event_reset: Callable[[Any], None],
    event_language: Callable[[str], None],
    event_config: Callable[[str], None],
    event_county: Callable[[str], None],
    event_search: Callable[[str], None],
) -> None:
    """Show what can be moved and chosen."""


@solara.component_vue("view.vue")
def _View(  # noqa: N802
    words: dict[str, str],
    lang: str,
    ground: dict[str, Any],
    picture: dict[str, Any],
    panels: list[dict[str, Any]],
    axis: dict[str, Any],
    palettes: dict[str, list[str]],
    outcome: str,
    outcomes: list[list[str]],
    selected: int,
    event_outcome: Callable[[str], None],
    event_pick: Callable[[int], None],
) -> None:
    """Show effects, maps and series, in any month since the reform."""


@solara.component_vue("share.vue")
def _Share(words: dict[str, str], query: str, yaml: str, command: str) -> None:  # noqa: N802
    """Show what makes the same page again: link, YAML, command."""


@solara.component_vue("pick.vue")
def _Pick(  # noqa: N802
    label: str, village: int, names: list[str], event_pick: Callable[[int], None]
) -> None:
    """Show a list of old villages to choose one by."""


def _words(names: tuple[str, ...], lang: str) -> dict[str, str]:
    """Return words of the page for one of its parts."""
    return {name: word(f"page_{name}", lang, **_KEPT.get(name, {})) for name in names}


#: fields that the browser fills in
_KEPT = {"moved": {"n": "{n}"}}


def outcomes_shown() -> list[str]:
    """Return the outcomes that maps can show: the headline ones first."""
    keys = [key for key, outcome in OUTCOMES.items() if outcome.village]
    return [key for key in HEADLINE if key in keys] + [k for k in keys if k not in HEADLINE]


@solara.component
def Page() -> None:  # noqa: N802
    """Show the page: what a link asks for, or the configuration served, as it grows."""
    router = solara.use_router()
    labels = dict.fromkeys(outcomes_shown(), "")
    start = solara.use_memo(
        lambda: opened(
            router.search or "", Asked(str(CONFIG)), LANG, HEADLINE[0], labels, __version__
        ),
        [],
    )
    asked = solara.use_reactive(start.asked)
    lang, outcome = solara.use_reactive(start.lang), solara.use_reactive(start.outcome)
    shown: solara.Reactive[Shown | None] = solara.use_reactive(None)
    village = solara.use_reactive(-1)
    solara.use_thread(
        lambda stop: simulate(asked.value, shown.set, stop), [asked.value], intrusive_cancel=False
    )
    now = shown.value
    title = word("page", lang.value)
    if now is not None and not now.county.problem:
        title = f"{title} · {getattr(now.county.config.title, lang.value)}"
    solara.Title(title)
    solara.Style(_STYLE)
    with solara.Div(attributes={"id": "hc"}):
        solara.HTML(tag="h1", unsafe_innerHTML=escape(title))
        for text in start.wrong:
            _problem(text)
        with solara.Div(classes=["hc-body"]):
            _Side(now, asked, lang)
            with solara.Div(classes=["hc-main-side"]):
                _State(now, asked.value, lang.value)
                if now is not None and not now.county.problem and now.done > now.county.reform_at:
                    _Pictures(now, outcome, village, lang.value)


@solara.component
def _Side(  # noqa: N802
    now: Shown | None, asked: solara.Reactive[Asked], lang: solara.Reactive[str]
) -> None:
    """Show the controls."""
    searched = solara.use_reactive("")
    language, of = lang.value, asked.value
    started = now is not None and bool(now.county.starts)
    own = now.county.config.county.registry or "" if now is not None and started else ""
    names = {"": word("page_own", language)} | offered(searched.value, of.county or own)
    files = [Path(CONFIG), *sorted(Path(CONFIG).parent.glob("*.yaml"))]

    def apply(given: dict[str, Any]) -> None:
        starts = now.county.starts if now is not None else {}
        moved = tuple((name, given[name]) for name, at in starts.items() if given[name] != at)
        whole = {name: int(given[name]) for name in ("seed", "seeds", "scale")}
        asked.set(replace(of, moved=moved, **whole))

    _Controls(
        words=_words(_CONTROLS, language),
        lang=language,
        languages={key: word("language_name", key) for key in LANGUAGES},
        levers=_levers(now, language) if now is not None and started else [],
        asked={
            "source": of.source,
            "county": of.county,
            "seed": of.seed,
            "seeds": of.seeds,
            "scale": of.scale,
            "levers": len(of.moved),
        },
        choices={
            "seeds": sorted({*SEEDS, of.seeds}),
            "scale": sorted({*SCALES, of.scale}),
            "configs": {str(path): path.stem for path in files if path.stem != "base"},
        },
        searched=searched.value,
        found=offered_said(searched.value, of.county or own, language),
        counties=[[code, name] for code, name in names.items()],
        event_apply=apply,
        event_reset=lambda _=None: asked.set(replace(of, moved=())),
        event_language=lang.set,
        event_config=lambda path: asked.set(replace(of, source=path, county="", moved=())),
        event_county=lambda code: asked.set(replace(of, county=code, moved=())),
        event_search=searched.set,
    )


def _levers(now: Shown, lang: str) -> list[dict[str, Any]]:
    """Return the levers as the page shows them, where they stand in what is shown."""
    stands = now.county.starts | dict(now.asked.moved)
    units = {"posts": word("page_posts", lang), "ventures": word("page_ventures", lang)}
    return [
        {
            "name": lever.name,
            "label": word(f"lever_{lever.name}", lang),
            "low": lever.low,
            "high": lever.high,
            "step": lever.step,
            "share": lever.share,
            "unit": units.get(lever.name, ""),
            "of": now.county.villages if lever.name == "ratio" else 0,
            "merger": lever.name in ("ratio", "outposts"),
            "value": stands[lever.name],
        }
        for lever in LEVERS
    ]


@solara.component
def _State(now: Shown | None, asked: Asked, lang: str) -> None:  # noqa: N802
    """Say what is shown and how far it is; or why there is nothing."""
    if now is not None and now.county.problem and now.asked == asked:
        _problem(now.county.problem)
        return
    share = now.share if now is not None and now.asked == asked else 0.0
    with solara.Div(classes=["hc-state"], attributes={"role": "status"}):
        if share < 1:
            said = word("page_at_work", lang, percent=f"{100 * share:.0f}")
            label = escape(said)
            solara.HTML(
                tag="span",
                unsafe_innerHTML=f'<progress max="1" value="{share:.3f}" aria-label="{label}">'
                f"</progress> {label}",
            )
        elif now is not None:
            config = now.county.config
            said = word(
                "page_shown",
                lang,
                before=now.county.villages,
                after=int(_units_after(now)),
                reform=format_month(config.reform),
                rows=f"{len(now.county.reform.villagers):,}",
                scale=config.scale,
                seeds=len(now.seeds),
            )
            solara.Text(said)


def _units_after(now: Shown) -> int:
    """Return the villages after the reform."""
    county = now.county.reform
    village = county.world.villages.is_village & ~county.case.plan.becomes_community
    return int((county.borders.is_unit & village).sum())


@solara.component
def _Pictures(  # noqa: N802
    now: Shown, outcome: solara.Reactive[str], village: solara.Reactive[int], lang: str
) -> None:
    """Show effects, maps, series, a village, and what makes the same again."""
    key, county = outcome.value, now.county
    ground = solara.use_memo(lambda: pictures.ground_of(county), [id(county)])
    palettes = solara.use_memo(pictures.palettes, [])
    count = len(county.reform.world.villages)
    picked = village.value if 0 <= village.value < count else -1
    if picked < 0 and not county.running:
        picked = pictures.changed_most(now, key)
    _View(
        words=_words(_VIEW, lang),
        lang=lang,
        ground=ground,
        picture=pictures.picture_of(now, key, lang),
        panels=pictures.panels_of(now, key, lang),
        axis=pictures.axis_of(now, lang),
        palettes=palettes,
        outcome=key,
        outcomes=[[name, outcome_label(name, lang)] for name in outcomes_shown()],
        selected=picked,
        event_outcome=outcome.set,
        event_pick=village.set,
    )
    with solara.Div(classes=["hc-low"]):
        with solara.Div(classes=["hc-village"]):
            if picked >= 0 and not county.running:
                _Pick(
                    label=word("page_village", lang),
                    village=picked,
                    names=ground["names"],
                    event_pick=village.set,
                )
                html = village_html(county, picked, key, lang)
                solara.HTML(tag="div", unsafe_innerHTML=html, classes=["hc-wide"])
        asked = now.asked
        _Share(
            words=_words(_SHARE, lang),
            query=query(asked, lang, key, __version__),
            yaml=difference(asked.source, county.changes, word("page_beside", lang)),
            command=command(asked.source, county.changes),
        )


def _problem(text: str) -> None:
    """Say what is wrong."""
    solara.HTML(
        tag="p",
        unsafe_innerHTML=escape(text),
        classes=["hc-problem"],
        attributes={"role": "alert"},
    )
