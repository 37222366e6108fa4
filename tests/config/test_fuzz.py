"""A damaged configuration loads or is refused with a place: never anything else, never slowly."""

import re
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.config import load
from sim.errors import InputError

VALID = (Path(__file__).parent / "valid.yaml").read_text(encoding="utf-8")
PLACED = re.compile(r".*damaged\.yaml:[1-9]\d*:[1-9]\d*: \S")
PIECES = st.sampled_from(
    [*"{}[]:,&*#?|-<>=!%@`'\"\\\t\n ~.", "<<: *a", "&a ", "*a", "!!int ", "!x ", "- ", "? ", ": ",
     "---\n", "...\n", "null", ".nan", "-.inf", "1e999", "0x10", "true", "2020-13", "：", "县",
     "\x00", "\ufeff", "\u2028", "\U0001f600", "%YAML 1.1\n", "extends: ", "9" * 400, "  "]
) | st.text(max_size=4)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = VALID
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        kind = draw(st.sampled_from(["insert", "delete", "move", "replace"]))
        end = min(len(text), at + draw(st.integers(0, 30)))
        if kind == "insert":
            text = text[:at] + draw(PIECES) + text[at:]
        elif kind == "delete":
            text = text[:at] + text[end:]
        elif kind == "move":
            to = draw(st.integers(0, len(text)))
            text = text[:to] + text[at:end] + text[to:]
        else:
            text = text[:at] + draw(PIECES) + text[end:]
    return text


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=damaged())
def test_damaged_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "damaged.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    start = time.perf_counter()
    try:
        load(path)
    except InputError as error:
        assert error.problems
        for problem in error.problems:
            assert PLACED.match(problem), problem
            assert "\n" not in problem
    assert time.perf_counter() - start < 2.0
