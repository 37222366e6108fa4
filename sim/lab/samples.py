"""Posterior samples that calibrations leave for other experiments to draw from."""

from pathlib import Path

#: where in a calibration's folder
POSTERIOR = ("tables", "posterior.parquet")


def read_sample(folder: Path) -> tuple[dict[str, tuple[float, ...]], str | None]:
    """Return the sample that a calibration left in its folder, by parameter; or what is wrong."""
    import pyarrow.parquet as pq

    path = folder.joinpath(*POSTERIOR)
    if not path.is_file():
        return {}, f"{folder}: no posterior sample there; run the calibration first"
    table = pq.read_table(path)
    return {name: tuple(table[name].to_pylist()) for name in table.column_names}, None
