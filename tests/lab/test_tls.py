"""A scheduler that speaks TLS alone: the same numbers with its certificate, nothing without."""

import os
from pathlib import Path

import pytest
from lab.conftest import address, digests

from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.running.executors import Cluster

distributed = pytest.importorskip("distributed", reason="extra cluster")
pytest.importorskip("cryptography", reason="makes certificates")


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return Dask's settings for a certificate made for this test; the environment has them too."""
    import dask

    made = distributed.Security.temporary()
    files = {}
    for name in ("tls_ca_file", "tls_scheduler_cert", "tls_scheduler_key"):
        files[name] = tmp_path / f"{name}.pem"
        files[name].write_text(getattr(made, name), "utf-8")
    settings = {"require-encryption": "True", "tls.ca-file": str(files["tls_ca_file"])}
    for who in ("scheduler", "worker", "client"):
        settings[f"tls.{who}.cert"] = str(files["tls_scheduler_cert"])
        settings[f"tls.{who}.key"] = str(files["tls_scheduler_key"])
    for key, value in settings.items():
        name = key.upper().replace(".", "__").replace("-", "_")
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__{name}", value)
    found = {f"distributed.comm.{key}": value for key, value in settings.items()}
    with dask.config.set(found | {"distributed.comm.require-encryption": True}):
        yield found


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_runs_over_tls_and_nothing_without_the_certificate(certificates, write, place, run, dask):
    import dask as settings

    file, worker = dask
    worker()
    where = address(file)
    assert where.startswith("tls://127.0.0.1:")
    out = run_experiment(write(), place / "cluster", cluster=where)
    assert digests(out) == digests(run(write(), "serial", workers=1))
    with settings.config.set(dict.fromkeys(certificates)), pytest.raises(InputError) as told:
        Cluster(where)
    assert where in str(told.value) and "no Dask scheduler answers there" in str(told.value)
    plain = where.replace("tls://", "tcp://")
    with settings.config.set(dict.fromkeys(certificates)), pytest.raises(InputError):
        Cluster(plain)
    assert os.environ["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"] == "True"
