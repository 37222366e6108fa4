"""Counter-based random draws: every draw is a function of (seed, stream, month, identity).

The same villager meets the same luck under every policy, whatever the order, the number of
threads or the rows around it. The generator is the SplitMix64 finaliser (Steele, Lea & Flood
2014, "Fast splittable pseudorandom number generators", OOPSLA; constants: Stafford's variant
13), applied twice with a mixed key between the rounds:

    word(key, identity) = mix(mix(identity * golden + key) + key)

A key belongs to one (seed, stream, month). Keys are themselves mixed: with raw counters as keys
neighbouring months are perfectly correlated. Choices among options are coupled by exponential
races (Gumbel-max): one draw per option, so that a policy flips no more choices than it must.
"""

import hashlib
import math
from functools import lru_cache

import numpy as np

from sim.model.compiled import F8, U8, kernel, rule

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_U = np.uint64
GOLDEN = _U(_GOLDEN)
_C1, _C2 = _U(0xBF58476D1CE4E5B9), _U(0x94D049BB133111EB)
_S30, _S27, _S31, _S11, _S40 = _U(30), _U(27), _U(31), _U(11), _U(40)
_2_53 = 1.0 / (1 << 53)
_BELOW_1 = 1.0 - _2_53


def _mix_int(z: int) -> int:
    """SplitMix64's finaliser on a Python integer (for keys)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def stable_hash(text: str) -> int:
    """Return 64 bits of BLAKE2b of a text: the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=1 << 12)
def stream_key(seed: int, stream: str, month: int = 0) -> np.uint64:
    """Return the key of one stream of draws.

    Parameters
    ----------
    seed : int
        Seed of the replicate; the same in every policy of an experiment.
    stream : str
        Name of the decision, e.g. ``"service.needs"``. Adding a stream shifts no other.
    month : int
        Month number (`sim.model.calendar`), 0 for what is drawn once.
    """
    return _U(_mix_int((_stream(seed, stream) + (month & _MASK) * _GOLDEN) & _MASK))


@lru_cache(maxsize=1 << 12)
def _stream(seed: int, stream: str) -> int:
    """Return what the keys of one stream of one seed have in common."""
    key = _mix_int((seed * _GOLDEN + 1) & _MASK)
    return _mix_int((key + stable_hash(stream)) & _MASK)


@lru_cache(maxsize=1 << 12)
def _streams(seed: int, streams: tuple[str, ...]) -> U8:
    """Return what the keys of several streams of one seed have in common, by stream."""
    known = np.array([_stream(seed, stream) for stream in streams], dtype=np.uint64)
    known.flags.writeable = False
    return known


def stream_keys(seed: int, streams: tuple[str, ...], month: int = 0) -> U8:
    """Return the keys of several streams of draws at once (see `stream_key`)."""
    return _keys(_streams(seed, streams), month)


class MonthKeys(dict[str, np.uint64]):
    """The keys of a month's streams by name: those known are made together when a month begins.

    Parameters
    ----------
    seed : int
        Seed of the replicate.

    Attributes
    ----------
    month : int
        Month whose keys they are.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed, self.month = seed, 0

    def begin(self, month: int) -> None:
        """Make the keys of another month."""
        self.month = month
        self.update(zip(self, stream_keys(self.seed, tuple(self), month), strict=True))

    def __missing__(self, stream: str) -> np.uint64:
        """Make the key of a stream that is asked for the first time."""
        key = self[stream] = stream_key(self.seed, stream, self.month)
        return key


@rule
def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: a bijection on 64 bits."""
    z = (z ^ (z >> _S30)) * _C1
    z = (z ^ (z >> _S27)) * _C2
    return z ^ (z >> _S31)


@rule
def word(key: np.uint64, identity: np.uint64) -> np.uint64:
    """Return 64 random bits of a row (`identity`) in a stream (`key`)."""
    return mix(mix(identity * GOLDEN + key) + key)


@rule
def uniform_of(bits: np.uint64) -> float:
    """Return the uniform number in (0, 1) of 64 random bits.

    The half that keeps 0 out rounds the largest 53 bits to 1: they give the number below.
    """
    return min(((bits >> _S11) + 0.5) * _2_53, _BELOW_1)


@rule
def beside(identity: np.uint64, number: int) -> np.uint64:
    """Return the identity by which a row draws for the `number`-th of several things at once."""
    return identity + (np.uint64(number) << _S40)


@rule
def uniform(key: np.uint64, identity: np.uint64) -> float:
    """Return a uniform number in (0, 1), never 0 and never 1 (53 bits)."""
    return uniform_of(word(key, identity))


@rule
def exponential(key: np.uint64, identity: np.uint64) -> float:
    """Return an exponential number with mean 1."""
    return -math.log(uniform(key, identity))


@rule
def normal(key: np.uint64, identity: np.uint64) -> float:
    """Return a standard normal number (Box & Muller 1958)."""
    first = word(key, identity)
    second = mix(first + GOLDEN)
    radius = math.sqrt(-2.0 * math.log(uniform_of(first)))
    return radius * math.cos(2.0 * math.pi * uniform_of(second))


@rule
def poisson_at(u: float, none: float, mean: float) -> int:
    """Return the Poisson count at a uniform number; `none` is exp(-mean); at most 255."""
    probability = cumulative = none
    count = 0
    while u > cumulative and count < 255:
        count += 1
        probability *= mean / count
        cumulative += probability
    return count


@rule
def poisson(key: np.uint64, identity: np.uint64, mean: float) -> int:
    """Return a Poisson count by inversion of one uniform; at most 255."""
    return poisson_at(uniform(key, identity), math.exp(-mean), mean)


@rule
def binomial_under_half(u: float, count: int, chance: float) -> int:
    """Return the binomial count at a uniform number, for a chance of at most one half."""
    against = 1.0 - chance
    probability = cumulative = against**count
    done = 0
    while u > cumulative and done < count:
        done += 1
        probability *= (count - done + 1) / done * chance / against
        cumulative += probability
    return done


@rule
def binomial_at(u: float, count: int, chance: float) -> int:
    """Return how many of `count` happen, at a uniform number; `count` at most 255."""
    if chance > 0.5:
        return count - binomial_under_half(1.0 - u, count, 1.0 - chance)
    return binomial_under_half(u, count, chance)


@kernel
def _keys(streams: U8, month: int) -> U8:
    """Return the keys of streams in a month, from what those of each have in common."""
    out = np.empty(streams.size, dtype=np.uint64)
    for i in range(streams.size):
        out[i] = mix(streams[i] + np.uint64(month) * GOLDEN)
    return out


@kernel
def uniforms(key: np.uint64, identity: U8) -> F8:
    """Return uniform numbers in (0, 1), one for each identity (shape as `identity`)."""
    out = np.empty(identity.size)
    for i in range(identity.size):
        out[i] = uniform(key, identity[i])
    return out


@kernel
def normals(key: np.uint64, identity: U8) -> F8:
    """Return standard normal numbers, one for each identity (shape as `identity`)."""
    out = np.empty(identity.size)
    for i in range(identity.size):
        out[i] = normal(key, identity[i])
    return out
