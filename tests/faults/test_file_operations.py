"""Killed, torn, full disk, broken disk, read-only: at any file operation nothing is lost.

Every fault is checked for: no run lost that was told done, none done twice, whatever reads as
complete is complete, the same command goes on, the bytes are those of an undisturbed run, nothing
is left behind. By hand, over every operation (`faults.driver`): one line of JSON a fault ::

    cc -shared -fPIC -o shim.so tests/faults/shim.c -ldl
    LD_PRELOAD=./shim.so PYTHONPATH=.:tests python tests/faults/driver.py /tmp/x extended kill 1 1
"""

import pytest

ALL = "kill,torn,full,broken,readonly"


def check(found):
    assert found
    assert [fault for fault in found if fault["wrong"]] == []
    for fault in found:
        if fault["mode"] in ("kill", "torn"):
            assert fault["code"] == -9, fault
        elif "raised" in fault:
            assert fault["raised"] in ("OSError", "FileNotFoundError", "InputError"), fault


@pytest.mark.parametrize(
    ("scenario", "first", "step"), [("extended", 97, 290), ("run_fresh", 30, 120)]
)
def test_a_few_faults(faults, scenario, first, step):
    check(faults(scenario, ALL, first, step))


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["experiment", "extended", "fresh", "run", "run_fresh"])
def test_many_faults(faults, scenario, capsys):
    found = faults(scenario, ALL, 1, 4)  # each mode at every twentieth operation
    with capsys.disabled():
        print(f"{scenario}: {len(found)} faults at {found[-1]['n']} operations")  # noqa: T201
    check(found)
    assert {fault["mode"] for fault in found} == set(ALL.split(","))
