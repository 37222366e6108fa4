"""The generator: known answers, keys, and a battery on streams as the model uses them."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.uncompiled import uncompiled
from sim.model import draws

MODEL = Path(draws.__file__).parent
plain = uncompiled("sim.model.draws")

IDS = (np.uint64(987_654_321) << np.uint64(24)) + np.arange(200_000, dtype=np.uint64)


def test_mix_is_splitmix64():
    """The first outputs of the published generator seeded with 1234567."""
    state, outputs = 1234567, []
    for _ in range(3):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        outputs.append(int(draws.mix(np.uint64(state))))
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_compiled_and_plain_rules_agree():
    key = draws.stream_key(7, "service.needs", 24_240)
    with np.errstate(over="ignore"):
        for identity in IDS[:50]:
            plain = draws._mix_int((int(identity) * 0x9E3779B97F4A7C15 + int(key)) % 2**64)
            assert int(draws.word(key, identity)) == draws._mix_int((plain + int(key)) % 2**64)


def test_keys_are_the_same_in_every_process():
    assert int(draws.stream_key(1, "service.needs", 24_243)) == 9_808_788_217_733_459_737
    streams = "service.needs", "people.death"
    several = draws.stream_keys(1, streams, 24_243)
    assert several.tolist() == [int(draws.stream_key(1, name, 24_243)) for name in streams]


@pytest.mark.parametrize("other", [(2, "a", 5), (1, "b", 5), (1, "a", 6), (1, "a", 0)])
def test_streams_of_other_seeds_names_and_months_are_independent(other):
    u = draws.uniforms(draws.stream_key(1, "a", 5), IDS)
    v = draws.uniforms(draws.stream_key(*other), IDS)
    assert abs(np.corrcoef(u, v)[0, 1]) < 4 / np.sqrt(IDS.size)
    for shift in (1, 2, 84):
        assert abs(np.corrcoef(u[shift:], v[:-shift])[0, 1]) < 4 / np.sqrt(IDS.size)


@pytest.mark.parametrize("month", [0, 1, 24_240, 24_241])
def test_uniform_over_neighbouring_identities(month):
    u = draws.uniforms(draws.stream_key(3, "x", month), IDS)
    assert u.min() > 0 and u.max() < 1
    counts = np.bincount((u * 1000).astype(int), minlength=1000)
    assert stats.chisquare(counts).pvalue > 1e-4
    pairs = np.bincount((u[:-1] * 30).astype(int) * 30 + (u[1:] * 30).astype(int), minlength=900)
    assert stats.chisquare(pairs).pvalue > 1e-4
    for lag in (1, 2, 3, 1000):
        assert abs(np.corrcoef(u[lag:], u[:-lag])[0, 1]) < 4 / np.sqrt(u.size)


#: whose 53 bits in `stream_key(1, "service.needs", 600)` are all ones: rounded to 1 until 0.2
LARGEST = np.uint64(14_434_502_707_329_467_916)


def test_the_largest_bits_are_below_1_and_every_other_number_is_as_before():
    key = draws.stream_key(1, "service.needs", 600)
    bits = np.uint64(2**64 - 1)
    assert draws.uniform(key, LARGEST) == draws.uniform_of(bits) == 1 - 2**-53
    assert draws.uniforms(key, np.array([LARGEST]))[0] == 1 - 2**-53
    assert draws.exponential(key, LARGEST) > 0
    assert plain.uniform(int(key), int(LARGEST)) == draws.uniform(key, LARGEST)
    for n in (0, 1, 2**52 - 1, 2**52, 2**53 - 2):  # rounding to even above 2**52, as it was
        number = draws.uniform_of(np.uint64(n << 11))
        assert number == (n + 0.5) * 2**-53 == plain.uniform_of(n << 11)
        assert 0 < number < 1


def test_one_stream_a_decision():
    """A stream drawn from at two places would give the same luck to both."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(MODEL.rglob("*.py")))
    names = re.findall(r'(?:stream_key\([^"()]*|\.key\()"([\w.]+)"', text)
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))


def test_every_bit_is_balanced_and_answers_to_every_bit():
    key = draws.stream_key(5, "bits", 9)
    words = np.array([int(draws.word(key, i)) for i in IDS[:20_000]], dtype=np.uint64)
    ones = np.array([((words >> np.uint64(b)) & np.uint64(1)).mean() for b in range(64)])
    assert np.abs(ones - 0.5).max() < 4.5 * 0.5 / np.sqrt(words.size)
    for bit in range(64):
        flipped = IDS[:300] ^ (np.uint64(1) << np.uint64(bit))
        changed = [
            (int(draws.word(key, a)) ^ int(draws.word(key, b))).bit_count()
            for a, b in zip(IDS[:300], flipped, strict=True)
        ]
        assert 31 < np.mean(changed) < 33


def test_collisions_are_those_of_chance():
    top = (draws.uniforms(draws.stream_key(8, "birthday", 1), IDS) * 2**32).astype(np.uint64)
    expected = IDS.size**2 / 2 / 2**32
    found = IDS.size - np.unique(top).size
    assert stats.poisson.cdf(found, expected) > 1e-4 and stats.poisson.sf(found, expected) > 1e-4


def test_normal_and_poisson_have_their_distributions():
    key = draws.stream_key(2, "n", 3)
    z = draws.normals(key, IDS)
    assert stats.kstest(z, "norm").pvalue > 1e-4
    counts = np.array([draws.poisson(key, i, 0.7) for i in IDS[:50_000]])
    observed = np.bincount(counts, minlength=6)
    pmf = stats.poisson.pmf(np.arange(5), 0.7)
    assert stats.chisquare(observed[:5], pmf / pmf.sum() * observed[:5].sum()).pvalue > 1e-4
    assert draws.poisson(key, IDS[0], 0.0) == 0


def test_agrees_with_an_independent_generator():
    """Kolmogorov-Smirnov against NumPy's Philox, the reference counter-based generator."""
    reference = np.random.Generator(np.random.Philox(key=11)).random(IDS.size)
    assert stats.ks_2samp(draws.uniforms(draws.stream_key(4, "k", 7), IDS), reference).pvalue > 1e-4
