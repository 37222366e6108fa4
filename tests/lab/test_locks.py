"""Disks that keep no locks: said, gone on with where it is safe; other errors keep their name."""

import errno
import fcntl
import os
import socket

import pytest

from sim.errors import InputError
from sim.lab.store.folder import Store
from sim.lab.store.ownership import refuse_foreign
from sim.results.disk import has_ended, this_process
from sim.results.folder import partial, recover


@pytest.fixture
def refusing(monkeypatch):
    """A function that makes the system refuse locks with an error."""

    def refuse(number):
        def flock(*_):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(fcntl, "flock", flock)

    return refuse


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_without_locks_an_experiment_goes_on_with_a_warning(write, run, place, refusing, number):
    refusing(number)
    with pytest.warns(UserWarning, match="keeps no locks; give no second command"):
        run(write())
    assert (place / "out" / ".lock").read_text() == ""
    with pytest.warns(UserWarning, match="keeps no locks"):
        run(write())


def test_without_locks_who_may_still_write_is_believed(tmp_path, refusing):
    refusing(errno.ENOLCK)
    folder = tmp_path / "out"
    folder.mkdir()
    elsewhere = "process 7 on another-machine since 2020-01-01 00:00:00"
    alive = this_process().replace(f" {os.getpid()} ", f" {os.getppid()} ")
    for who in (elsewhere, alive):
        (folder / ".lock").write_text(who)
        with pytest.raises(InputError, match=r"keeps no locks that would tell. Delete .*\.lock"):
            Store(folder).__enter__()
    gone = f"process 99999999 on {socket.gethostname()} since 2020-01-01 00:00:00"
    (folder / ".lock").write_text(gone)
    with pytest.warns(UserWarning, match="keeps no locks"), Store(folder):
        pass
    assert has_ended(gone) and not has_ended(elsewhere) and not has_ended(alive)


def test_another_error_is_not_taken_for_another_process(tmp_path, refusing):
    refusing(errno.EIO)
    with pytest.raises(OSError, match="Input/output error"):
        Store(tmp_path / "out").__enter__()
    refusing(errno.EAGAIN)
    with pytest.raises(InputError, match="another process is writing here"):
        Store(tmp_path / "out").__enter__()


def test_without_locks_a_run_at_work_is_left_alone_and_a_dead_one_removed(tmp_path, refusing):
    refusing(errno.ENOSYS)
    with pytest.warns(UserWarning, match="keeps no locks"), partial(tmp_path) as new:
        alive = new.parent / "alive"
        alive.write_text("process 7 on another-machine since 2020-01-01 00:00:00")
        recover(tmp_path)
        assert new.is_dir()
        alive.write_text(f"process 99999999 on {socket.gethostname()} since 2020-01-01 00:00:00")
        recover(tmp_path)
        assert not new.exists()


def test_a_link_to_nothing_is_named_so(write, run, place):
    (place / "out").symlink_to(place / "not there")
    with pytest.raises(InputError, match=r"out: is a link to .*not there, which is not there"):
        run(write())


OWN = [".lock", ".complete", "shards", "experiment.yaml", "design.parquet"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], None),
        ([*OWN, ".begun-7", ".runs.parquet.x", ".manifest.json.x"], None),
        (["shards", "manifest.json", "inputs", "mine.py"], None),  # a lost manifest alone
        (["manifest.json"], "is not empty and not an experiment's results"),
        (["mine.py"], "is not empty and not an experiment's results"),
        (["shards", "notes.txt"], "is not empty and not an experiment's results"),
        ([*OWN, "county.parquet"], "is not empty and not an experiment's results"),
        (["runs.parquet"], "is not empty and not an experiment's results"),
        (["runs.parquet", "experiment.yaml"], "put a copy of it back"),
        ([*OWN, "manifest.json", "runs.parquet", "notes.txt"], "put a copy of it back"),
    ],
)
def test_whose_a_folder_without_a_manifest_is(tmp_path, names, said):
    for name in names:
        (tmp_path / name).touch()
    if said is None:
        refuse_foreign(tmp_path)
    else:
        with pytest.raises(InputError, match=said):
            refuse_foreign(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(names)
