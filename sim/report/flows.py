"""Flows of money: who pays whom, as a matrix, before and after the reform."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm

from sim.model.ledger import SECTORS
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, wrapped
from sim.report.periods import Months, months_of, periods
from sim.report.plotting import sns
from sim.results.reading import Results
from sim.words import LANGUAGES, word

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_FEN_A_MILLION = 1e8


def flow_matrix(results: Results, months: Months) -> "pd.DataFrame":
    """Return what sectors paid each other, million yuan a year.

    Parameters
    ----------
    results : Results
        A run's results.
    months : datetime64 array
        Months whose mean is taken.

    Returns
    -------
    DataFrame
        Payers by payees, all sectors of the ledger; 0 where nothing was paid.
    """
    rows = results.flows[np.isin(months_of(results.flows), months)]
    sums = rows.pivot_table("fen", "payer", "payee", aggfunc="sum", observed=False)
    sectors = list(SECTORS)
    table = sums.reindex(index=sectors, columns=sectors).astype(float).fillna(0.0)
    return table / _FEN_A_MILLION * 12.0 / max(len(months), 1)


def ledger_flows(
    results: Results, lang: str = "en", columns: int = 2, title: str | None = None
) -> "Figure":
    """Draw who pays whom, before and after the reform.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page; in one the panels are one below the other.
    title : str, optional
        Title.

    Returns
    -------
    Figure
        A matrix a span of months: rows pay, columns are paid, million yuan a year.
    """
    span = periods(results)
    shown = {"before": span.before, "after": span.after}
    tables = {when: flow_matrix(results, months) for when, months in shown.items()}
    payers = [name for name in SECTORS if any(t.loc[name].any() for t in tables.values())]
    payees = [name for name in SECTORS if any(t[name].any() for t in tables.values())]
    with themed(lang) as language:
        down, tall = (1 if columns == 2 else 2), 0.32 * len(payers) + 1.2
        figure, grid = sheet(columns, tall * down, nrows=down, ncols=2 // down, sharey=True)
        most = max(float(table.to_numpy().max()) for table in tables.values())
        rows, heads = (
            [SECTORS[name][LANGUAGES.index(language)] for name in names]
            for names in (payers, payees)
        )
        for i, (axes, (when, table)) in enumerate(zip(grid.ravel(), tables.items(), strict=True)):
            part = table.loc[payers, payees]
            values = part.where(part > 0)
            text = part.map(_amount).to_numpy()
            sns.heatmap(
                values,
                ax=axes,
                cmap="viridis",
                norm=LogNorm(most / 1e4, most),
                vmin=most / 1e4,  # seaborn looks for the ends of a panel without months, too
                vmax=most,
                annot=text,
                xticklabels=heads,
                yticklabels=rows,
                fmt="",
                annot_kws={"fontsize": "x-small"},
                linewidths=0.5,
                cbar=False,
            )
            axes.set_gid(when)
            months = shown[when]
            head = word("no_months", language, when=word(when, language))
            if len(months):
                what = {"when": word(when, language), "first": months[0], "last": months[-1]}
                head = word("flows_panel", language, **what)
            axes.set_title(wrapped(head, 34), fontsize="medium")
            axes.set_xticklabels(heads, rotation=40, ha="right", rotation_mode="anchor")
            axes.set_yticklabels(rows, rotation=0)
            axes.tick_params(length=0)
            axes.set_xlabel(word("payee", language))
            axes.set_ylabel(word("payer", language) if i == 0 or down == 2 else "")
        note = word("flows_note", language, seed=results.manifest["seed"])
        frame(figure, title or "", [], [note])
        return figure


def _amount(value: float) -> str:
    """Return an amount as it is written in a cell; nothing for 0."""
    if value <= 0:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 0.1 else "<0.1"
