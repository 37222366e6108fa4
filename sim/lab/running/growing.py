"""A design that grows: the next points are added when all runs of the last are there."""

from typing import TYPE_CHECKING, Any

from sim.lab.design.batches import batches_of
from sim.lab.design.contrasts import missing
from sim.lab.design.points import Point, points_at
from sim.lab.file.factors import Levels
from sim.lab.store.measured import measure_all

if TYPE_CHECKING:
    from sim.lab.design.points import Design
    from sim.lab.file.loading import Experiment
    from sim.lab.store.folder import Store
    from sim.lab.store.identity import Contents


def complete(experiment: "Experiment", design: "Design", table: Any) -> None:
    """Add the points of later batches that a folder's table of design points has.

    Parameters
    ----------
    experiment, design
        As built: with the first batch.
    table : DataFrame
        ``design.parquet``.
    """
    heads = {(head.arm, head.county): head for head in experiment.heads}
    for row in table.iloc[len(design.points) :].to_dict("records"):
        labels = {name: row[name] for name in design.columns if not missing(row[name])}
        values = {}
        for key in experiment.factors.keys() & labels.keys():
            factor, label = experiment.factors[key], labels[key]
            levels = isinstance(factor, Levels)
            values[key] = factor.values[factor.labels.index(label)] if levels else label
        head = heads[labels.get("arm"), labels.get("county")]
        design.points.append(Point(int(row["point"]), head, values, labels))


class Growth:
    """What is asked of a method batch by batch; nothing where the design is known beforehand.

    Parameters
    ----------
    experiment, design, contents
        What is run; points are added to the design.
    replicates : int
        Replicates of every point.
    """

    def __init__(
        self, experiment: "Experiment", design: "Design", contents: "Contents", replicates: int
    ) -> None:
        self.experiment, self.design, self.contents = experiment, design, contents
        self.replicates = replicates
        self.batches = batches_of(experiment)
        self._first = 0  # place of the first point of the last batch
        if self.batches is not None:
            self.batches.ask()  # the design holds it already

    def grow(self, store: "Store") -> bool:
        """Add the next batch; False if there is none, or a run of the last is not there."""
        if self.batches is None:
            return False
        points = self.design.points[self._first :]
        seeds = [self.experiment.seed + r for r in range(self.replicates)]
        names = {(p.number, s): self.contents.run(p, s) for p in points for s in seeds}
        if any(name not in store.status for name in names.values()):
            return False
        cells = self._cells(points)
        runs = [[[names[p.number, s] for p in cell] for s in seeds] for cell in cells]
        record = self.experiment.spec.record
        measures, own = self.batches.measures, self.experiment.own
        self.batches.tell(measure_all(store, record, measures, cells, runs, own))
        more = self.batches.ask()
        if more is None:
            self.batches = None
            return False
        self._first = len(self.design.points)
        self.design.points.extend(points_at(self.experiment, more, self._first + 1))
        return True

    def _cells(self, points: list[Point]) -> list[list[Point]]:
        """Return the points of each set of parameters: one an arm (heads are the outer loop)."""
        arms = len(self.experiment.heads)
        count = len(points) // arms
        return [[points[arm * count + i] for arm in range(arms)] for i in range(count)]
