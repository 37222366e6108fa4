"""Posterior samples that calibrations leave for other experiments to draw from."""

from itertools import chain
from math import isfinite
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.files import fault
from sim.lab.file.factors import Joint, Sample
from sim.lab.file.schema import GRIDS

#: where in a calibration's folder
POSTERIOR = ("tables", "posterior.parquet")
#: numbers of a sample: an experiment keeps them in its own text, which must be read again
MOST_NUMBERS = 20_000


def sampled(
    folder: Path, key: str, joint: Joint, method: str
) -> tuple[dict[str, Sample], str | None]:
    """Return the parameters of a sample written in a file of a folder; or what is wrong."""
    if key != "parameters":
        return {}, "a sample is of parameters: write parameters: {from: FOLDER}"
    if method not in GRIDS:
        return {}, f"a sample is drawn by replicate: not in method {method}"
    columns, wrong = joint.columns, None
    if joint.folder is not None:
        columns, wrong = read_sample(folder / joint.folder)
    return {name: Sample(values) for name, values in columns.items()}, wrong


def read_sample(folder: Path) -> tuple[dict[str, tuple[float, ...]], str | None]:
    """Return the sample that a calibration left in its folder, by parameter; or what is wrong."""
    path = folder.joinpath(*POSTERIOR)
    if fault(path, "a posterior sample") is not None:
        return {}, f"{folder}: no posterior sample there; run the calibration first"
    try:
        table = pq.read_table(path)
        columns = {name: tuple(map(float, table[name].to_pylist())) for name in table.column_names}
        if not columns or not table.num_rows or not all(map(isfinite, chain(*columns.values()))):
            raise ValueError("no rows of numbers")
    except (pa.ArrowException, OSError, TypeError, ValueError):
        return {}, f"{path}: damaged; run the calibration again"
    if table.num_rows * table.num_columns > MOST_NUMBERS:
        most = MOST_NUMBERS // table.num_columns
        return {}, (
            f"{path}: {table.num_rows:,} rows of {table.num_columns} parameters are too many; run "
            f"the calibration with draws: {most} or fewer"
        )
    return columns, None
