"""The ODD+D document says what the code says."""

from pathlib import Path

import pytest

from sim.about import odd
from sim.errors import InputError

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "ODD.md"


def test_the_lists_are_those_of_the_code():
    odd.check(DOCUMENT)


def test_a_divergence_is_named_and_mended(tmp_path):
    text = odd.render(DOCUMENT.read_text("utf-8"))
    stale = tmp_path / "ODD.md"
    stale.write_text(text.replace("| `skill` |", "| `talent` |").replace("1. `trends.", "7. `x."))
    with pytest.raises(InputError) as caught:
        odd.check(stale)
    first, second = caught.value.problems
    assert "'entities'" in first and "`skill`" in first
    assert "'schedule'" in second and "hecun odd" in second
    assert odd.write(stale) and stale.read_text("utf-8") == text
    assert not odd.write(stale)


def test_a_missing_or_unknown_list_is_refused(tmp_path):
    stale = tmp_path / "ODD.md"
    stale.write_text(DOCUMENT.read_text("utf-8").replace(": draws -->", ": drawss -->"))
    with pytest.raises(InputError, match="did you mean 'draws'") as caught:
        odd.write(stale)
    assert "'draws' is missing" in caught.value.problems[1]
    with pytest.raises(InputError, match="cannot be read"):
        odd.check(tmp_path / "none.md")


def test_every_process_policy_parameter_and_stream_is_there():
    from sim.model.outcomes.catalogue import OUTCOMES
    from sim.model.parameters import parameters
    from sim.model.policies import POLICIES

    assert all(f"| `{key}` |" in odd.outcomes() for key in OUTCOMES)
    assert all(f"**{name}.**" in odd.policies() for name in POLICIES)
    listed = odd.parameters()
    assert all(f"| `{name}` |" in listed for known in parameters().values() for name in known)
    assert {"trust.step", "oversight.step"} <= set(odd.schedule().split("`"))
    assert all(f"| `{name}` |" in odd.draws() for name in ("service.served", "oversight.found"))
    assert "`decay(" in odd.rules() and "```python\nreturn " in odd.rules()
