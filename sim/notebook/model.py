"""The county model that `hecun.CountyModel` names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.config.loading import changed, load
from sim.errors import InputError
from sim.model.agents.framework import mesa
from sim.model.calendar import format_month
from sim.model.config.schema import Config
from sim.model.county import CountyModel as _CountyModel
from sim.model.levers import Levers
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.summaries import last_year
from sim.model.world.case import Case
from sim.notebook.changing import branched, told_policies, with_policy
from sim.notebook.levers import SeenLevers
from sim.notebook.luck import Seed, measured_alike, paired, seed_of
from sim.printable import as_html

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.opened import OpenedRun
    from sim.report.plot import Plots


#: what a county is built with: replaced later it would change nothing, or half of it
_BUILT_WITH = frozenset(("config", "policies", "seed", "case", "world", "values", "usual_values"))


class CountyModel(_CountyModel):
    """A county before, during and after its reform: a `mesa.Model` whose step is a month.

    Parameters
    ----------
    config : Config, str or Path
        What the county is and which policies apply: a configuration (`load`), or the path of one.
    seed : int, optional
        Seed of the run's luck, 0 to 2**63 - 1; the configuration's if not given.
    case : Case, optional
        The county's world and its registry lists, if already built for this seed.
    rng : int, optional
        Mesa's other name for `seed`.
    **changes
        Keys of the configuration to change: ``scale=50``, ``months=36``; those with dots as
        ``**{"policies.merger.ratio": 0.5}``.

    Attributes
    ----------
    datacollector : mesa.DataCollector
        Collects every outcome of the county after every month. One of your own in its place is
        called in the same way.
    running : bool
        False once the last month of the configuration is simulated.

    Raises
    ------
    InputError
        If the configuration, a change or the seed is wrong; from ``step``, ``run_for`` and
        ``run_until`` if they lead beyond the last month.

    See Also
    --------
    sim.model.county.CountyModel : The state of the county, attribute by attribute.

    Examples
    --------
    >>> import hecun
    >>> county = hecun.CountyModel("configs/dechang_2020.yaml", seed=3, scale=200)
    >>> county.run_for(24)
    >>> county.date
    datetime.date(2020, 3, 1)
    >>> county.set_policy("headcount", lines=2.0)  # from April on
    >>> county.step()
    >>> float(county.levers.lines.min())
    2.0
    """

    def __init__(
        self,
        config: "Config | str | Path",
        seed: Seed | None = None,
        case: Case | None = None,
        *,
        rng: Seed | None = None,
        **changes: Any,
    ) -> None:
        self._working = True
        found = configured(config, changes)
        luck = seed_of(seed, rng, found.seed)
        if luck != found.seed:
            found = found.model_copy(update={"seed": luck})
        super().__init__(found, luck, case)
        self.datacollector = _collector(self)
        self._working = False

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse to replace what the county was built with."""
        fixed = name in _BUILT_WITH and not self.__dict__.get("_working", True)
        if fixed and not (name == "seed" and value == self.seed):
            raise InputError(
                f"a county's {name} cannot be replaced: set_policy changes a policy from the next "
                "month on, branch gives a copy that goes another way, and another county is "
                "CountyModel(...)"
            )
        super().__setattr__(name, value)

    # --- the month ---------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one month, record and collect it; after the last one `running` is False."""
        with self._at_work():
            super().step()
        self.datacollector.collect(self)

    def _run_month(self) -> None:
        """Run one month, in which levers and parameters are set."""
        with self._at_work():
            super()._run_month()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Let levers and what the county was built with be set meanwhile, by the month itself."""
        was, self._working = self._working, True
        try:
            yield
        finally:
            self._working = was

    def _advance_time(self, until: float) -> None:
        """Go on to a time; refuse one beyond the last month before anything is done."""
        last = self.config.start + self.config.months - 1
        left = last - self.month
        if until - self.time > left:
            raise InputError(
                f"{until - self.time:g} months more were asked for, and {left} are left: the last "
                f"is {format_month(last)} (months: {self.config.months}); run_model() goes on to "
                f"it, and a longer run is CountyModel(..., months={self.config.months + 12})"
            )
        super()._advance_time(until)

    @property
    def date(self) -> date:
        """First day of the month just simulated; before the first step, of the month before."""
        return date(self.month // 12, self.month % 12 + 1, 1)

    # --- levers and policies -------------------------------------------------------------

    @property
    def levers(self) -> Any:
        """What the policies set this month, to read; `set_policy` changes it."""
        return self._levers if self._working else SeenLevers(self._levers, self.borders.is_unit)

    @levers.setter
    def levers(self, levers: Levers) -> None:
        if not self._working:
            raise InputError("levers cannot be replaced; set_policy changes them")
        self._levers = levers

    def set_policy(self, name: str, block: Mapping[str, Any] | None = None, **fields: Any) -> None:
        """Change a policy, begin one or end one, from the next month on.

        The past stays: the configuration gets a block that begins next month (and the old one
        an end), so that ``county.config`` run from its start gives this county bit for bit. What
        would have begun later begins next month, unless ``start`` is given.

        Parameters
        ----------
        name : str
            Block of ``policies:``: ``headcount``, ``headcount#pilot``, ``module:Class``.
        block : mapping, optional
            The fields of the policy that change, the others stay as they are; None, and no
            `fields`: it ends.
        **fields
            The same, as ``lines=2``.

        Raises
        ------
        InputError
            If there is no such policy or field, no month is left, it would begin in a month
            that has passed, or it is the merger, which is in the world that the county was built
            with.

        Examples
        --------
        >>> county.set_policy("headcount", lines=2)  # doctest: +SKIP
        >>> county.set_policy("pay", {"growth": 0.3, "ramp_months": 6})  # doctest: +SKIP
        >>> county.set_policy("pay", None)  # doctest: +SKIP
        """
        if block is None and not fields:
            self._go_on(with_policy(self, name, None))
        else:
            self._go_on(with_policy(self, name, {**(block or {}), **fields}))

    def _go_on(self, config: Config) -> None:
        """Go on under other policies, none of which has begun."""
        self.__dict__.update(config=config, policies=config.active())
        self.levers_until = self.month + 1

    def branch(
        self,
        config: "Config | str | Path | Mapping[str, Any] | None" = None,
        case: Case | None = None,
    ) -> "CountyModel":
        """Return a copy that goes on from here under other policies; this county stays as it is.

        Parameters
        ----------
        config : Config, path or mapping, optional
            As this county's but for policies that have not begun; or keys to change,
            ``{"policies.pay.growth": 0.3}``. If not given the copy goes on as this county would,
            until its `set_policy` changes what is in force.
        case : Case, optional
            The same world with the plan of those policies; made if not given.

        Raises
        ------
        InputError
            If it differs in what has happened already.
        """
        config = {} if config is None else config
        given = isinstance(config, Mapping)
        found = changed(self.config, config) if given else configured(config, {})
        if case is not None:
            return super().branch(found, case)  # pyright: ignore[reportReturnType]
        return super().branch(*branched(self, found))  # pyright: ignore[reportReturnType]

    # --- what came of it -----------------------------------------------------------------

    def to_frame(
        self,
        outcomes: "list[str] | str | None" = None,
        table: str = "county",
        library: str = "pandas",
    ) -> Any:
        """Return what was recorded so far as a frame.

        Parameters
        ----------
        outcomes : list of str, optional
            Outcomes; all if not given (`hecun explain outcomes`).
        table : str
            ``county`` (one row a month), ``villages`` (one row an old village and month),
            ``places``, ``cells``, ``flows`` or ``stocks``.
        library : {"pandas", "polars", "pyarrow"}
            Whose frame.

        Returns
        -------
        DataFrame
            ``month`` (its first day), where there is one ``code`` of the old village, and
            columns of outcomes; of pandas with their units in ``frame.attrs["units"]``.

        Examples
        --------
        >>> county.to_frame(["service_reach", "trust"])  # doctest: +SKIP
        """
        from sim.results.frames import chosen, framed
        from sim.results.writing import arrow_table

        return framed(chosen(arrow_table(self, table), outcomes), library)

    def effects(self, reference: _CountyModel) -> "pd.DataFrame":
        """Return how this run's outcomes differ from another's of the same county and luck.

        One pair of runs: there is no interval. `hecun.compare` runs many and gives one.

        Parameters
        ----------
        reference : CountyModel
            The other run, as ``simulate("no_reform.yaml", seed=3)``.

        Returns
        -------
        DataFrame
            One row an outcome, means of the last 12 months since the reform: ``outcome``,
            ``en``, ``zh``, ``unit``, ``reference``, ``value`` and ``effect``.

        Raises
        ------
        InputError
            If seeds, months simulated or villages differ: then it is not the reform alone. If an
            outcome of one's own is something else in the other run, or not measured there.
        """
        import pandas as pd

        paired(self, reference)
        measured_alike(self.config, reference.config)
        own = self.config.outcomes.described()
        at = self.config.reform - self.config.start
        rows = []
        for key in self.recorder.county:
            outcome = own[key] if key in own else OUTCOMES[key]
            one, other = (
                float(last_year(each.recorder.county[key][: each.recorder.done], at))
                for each in (self, reference)
            )
            told = {"outcome": key, "en": outcome.en, "zh": outcome.zh, "unit": outcome.unit}
            rows.append(told | {"reference": other, "value": one, "effect": one - other})
        return pd.DataFrame(rows)

    def results(self) -> "OpenedRun":
        """Return what was recorded so far as `load_results` gives a stored run.

        Its tables lie in a temporary folder that goes when nobody has them any more.
        """
        kept = self.__dict__.get("_results")
        if kept is None or kept[0] != self.month:
            from sim.notebook.storing import stored

            kept = self._results = self.month, stored(self)
        return kept[1]

    @property
    def plot(self) -> "Plots":
        """Figures of the run so far, one call each: ``county.plot.series()``."""
        return self.results().plot

    # --- copies, and how it is shown -------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Return the state, without results in a temporary folder."""
        state = super().__getstate__()
        state.pop("_results", None)
        return state

    def _told(self) -> dict[str, str]:
        config, done = self.config, max(0, self.month - self.config.start + 1)
        return {
            "month": f"{format_month(self.month)} ({done} of {config.months} done)",
            "reform": format_month(config.reform),
            "seed": str(self.seed),
            "old villages": f"{len(self.world.villages):,}",
            "units now": f"{int(self.borders.is_unit.sum()):,}",
            "villager rows": f"{len(self.villagers):,} (scale {config.scale})",
            "policies": told_policies(self),
        }

    def __repr__(self) -> str:
        told = self._told()
        return (
            f"<CountyModel {self.config.title.en}: {told['month']}, seed {self.seed}, "
            f"villager rows {told['villager rows']}, policies in force: {told['policies']}>"
        )

    def _repr_html_(self) -> str:
        title = self.config.title
        return as_html(f"{title.en} · {title.zh}", self._told().items())


def configured(config: "Config | str | Path", changes: Mapping[str, Any]) -> Config:
    """Return a configuration that was given as one, or as the path of one, with changes.

    Raises
    ------
    InputError
        If it is neither, or wrong.
    """
    if isinstance(config, str | Path):
        return load(config, changes)
    if not isinstance(config, Config):
        raise InputError(
            f"expected a configuration (hecun.load gives one) or the path of one, got {config!r}"
        )
    return changed(config, changes) if changes else config


def _collector(county: CountyModel) -> Any:
    """Return what collects the outcomes of every month."""
    reporters: dict[str, Any] = {"month": partial(_month), "seed": "seed"}
    reporters |= {key: partial(_latest, key=key) for key in county.recorder.county}
    return mesa.DataCollector(model_reporters=reporters)


def _month(county: CountyModel) -> np.datetime64:
    return np.datetime64(county.date, "s")


def _latest(county: CountyModel, key: str) -> float:
    """Return an outcome of the month just simulated."""
    return float(county.recorder.county[key][county.recorder.done - 1])


__all__ = ["CountyModel", "configured"]
