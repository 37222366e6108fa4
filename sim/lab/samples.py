"""Posterior samples that calibrations leave for other experiments to draw from."""

from pathlib import Path

from sim.lab.factors import Joint, Sample
from sim.lab.schema import GRIDS

#: where in a calibration's folder
POSTERIOR = ("tables", "posterior.parquet")


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
    import pyarrow.parquet as pq

    path = folder.joinpath(*POSTERIOR)
    if not path.is_file():
        return {}, f"{folder}: no posterior sample there; run the calibration first"
    table = pq.read_table(path)
    return {name: tuple(table[name].to_pylist()) for name in table.column_names}, None
