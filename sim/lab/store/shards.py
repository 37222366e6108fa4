"""Shards: files of finished runs, whole or absent, written while an experiment runs.

A shard is an Arrow file of `shard_schema`, written under a hidden name, flushed to the disk
and renamed. Its name is the range of its numbers and the digest of its content,
``00000001-00000001-5f0c13d6cbf0a2e1.arrow``, so that a damaged file is noticed whichever byte it
is, and its runs are done again. When there are many, the oldest are joined into one that covers
their range, and are then removed (a file whose range lies in another's is superseded).
"""

import contextlib
import math
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.errors import InputError
from sim.files import digest, file_digest
from sim.results.disk import sync, sync_folder, unfinished

#: shards of one level before they are joined
MANY = 64
_NAME = re.compile(r"(\d{8})-(\d{8})-([0-9a-f]{16})\.arrow")


@cache
def shard_schema() -> pa.Schema:
    """Return the columns of a shard: one row a run, its tables as Arrow batches without schema."""
    return pa.schema(
        [
            ("run", pa.string()),
            ("point", pa.int32()),
            ("replicate", pa.int32()),
            ("seed", pa.int64()),
            ("digest", pa.string()),
            ("status", pa.string()),
            ("error", pa.string()),
            ("failed_in", pa.string()),
            ("doses", pa.string()),
            ("ends", pa.list_(pa.float64())),
            ("county", pa.large_binary()),
            ("villages", pa.large_binary()),
            ("villagers", pa.large_binary()),
            ("seconds", pa.float64()),
            ("finished", pa.timestamp("ms")),
            ("worker", pa.string()),
        ]
    )


def content_digest(row: dict[str, Any]) -> str:
    """Return the digest of what a run gave, its time and place aside."""
    texts = [row[key] or "" for key in ("status", "error", "failed_in", "doses")]
    county, *others = [row[key] or b"" for key in ("county", "villages", "villagers")]
    return digest(*texts, np.array(row["ends"] or [], "<f8").tobytes() + county, *others, b"")


class DamagedError(InputError):
    """A shard is not what was written."""


def listed(folder: Path) -> list[Path]:
    """Return the shards of a folder, oldest first, without superseded ones."""
    found = []
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208  (one call, no race)
    for name in names:
        match = _NAME.fullmatch(name)
        if match:
            found.append((int(match[1]), -int(match[2]), name))
    kept, covered = [], 0
    for _, last, name in sorted(found):
        if -last > covered:
            kept.append(folder / name)
            covered = -last
    return kept


def leftovers(folder: Path) -> list[Path]:
    """Return files of a folder of shards that count for nothing: begun or superseded."""
    kept = set(listed(folder))
    files = folder.iterdir() if folder.is_dir() else ()
    return [path for path in files if path not in kept and ".arrow" in path.name]


def number_after(folder: Path) -> int:
    """Return the next number of a shard."""
    last = listed(folder)[-1:]
    return int(last[0].name[9:17]) + 1 if last else 1


def write(folder: Path, first: int, last: int, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a shard; when this returns it survives any kill."""
    numbers = f"{first:08d}-{last:08d}"
    begun = unfinished(folder / f"{numbers}.arrow")
    try:
        with begun.open("wb") as file, pa.ipc.new_file(file, shard_schema()) as writer:
            for batch in batches:
                writer.write_batch(batch)
        sync(begun)
        begun.replace(folder / f"{numbers}-{file_digest(begun)}.arrow")
    except BaseException:
        with contextlib.suppress(OSError):
            begun.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def join_many(folder: Path) -> None:
    """Join shards of one size into one, where there are `MANY` of them."""
    by_size: dict[int, list[Path]] = {}
    for path in listed(folder):
        covers = int(path.name[9:17]) - int(path.name[:8]) + 1
        by_size.setdefault(int(math.log(covers, MANY) + 1e-9), []).append(path)
    for _, same in sorted(by_size.items()):
        if len(same) >= MANY:
            everything = (batch for path in same for batch in read(path))
            write(folder, int(same[0].name[:8]), int(same[-1].name[9:17]), everything)
            for path in same:
                path.unlink()


def read(path: Path) -> list[pa.RecordBatch]:
    """Return the batches of a shard, mapped into memory rather than read.

    Raises
    ------
    DamagedError
        If it is not what was written.
    """
    try:
        with pa.memory_map(str(path)) as source:
            if digest(memoryview(source.read_buffer())) == path.stem[-16:]:
                file = pa.ipc.open_file(source)
                if file.schema == shard_schema():
                    return [file.get_batch(i) for i in range(file.num_record_batches)]
                wrong = "of another version"
            else:
                wrong = "its content is not what was written"
    except (pa.ArrowInvalid, ValueError) as error:
        wrong = " ".join(str(error).split())
    raise DamagedError(f"{path}: {wrong}; the experiment's command does its runs again")


def rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch as plain data."""
    for i in range(batch.num_rows):  # one at a time: they may be large
        yield batch.slice(i, 1).to_pylist()[0]


def newest(folder: Path, there: set[str]) -> list[dict[str, Any]]:
    """Return the runs that shards hold and tables do not; of one tried twice that which worked."""
    found: dict[str, dict[str, Any]] = {}
    for path in listed(folder):
        try:
            batches = read(path)
        except DamagedError as error:
            warnings.warn(str(error), stacklevel=2)
            continue
        for batch in batches:
            for row in rows(batch):
                run = row["run"]
                if run not in there and (run not in found or found[run]["status"] != "done"):
                    found[run] = row
    return list(found.values())
