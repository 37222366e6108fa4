"""The map from modules to their tests names modules and tests that are there."""

from mutation import run


def test_every_name_is_a_module_or_a_package_of_the_code():
    places = [run.ROOT / "sim" / name for name in run.TESTS.keys() | run.ALL.keys()]
    assert [p for p in places if not (p.with_suffix(".py").is_file() or p.is_dir())] == []


def test_every_module_of_a_room_has_tests_that_are_there():
    for room in run.ALL:
        for path in (run.ROOT / "sim" / room).rglob("*.py"):
            found = run.tests_of(path.relative_to(run.ROOT / "sim").with_suffix("").as_posix())
            assert found and [test for test in found if not (run.ROOT / test).is_file()] == [], path


def test_a_module_is_tried_against_the_tests_nearest_to_it():
    assert run.tests_of("lab/store/shards")[0] == "tests/faults/test_damage.py"
    assert run.tests_of("lab/methods/shapley")[:2] == [
        "tests/lab/methods/test_shapley.py",
        "tests/lab/test_answers.py",
    ]
    assert run.tests_of("model/processes/strain")[0] == "tests/model/processes/test_strain.py"
