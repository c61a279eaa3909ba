"""Luck is a pure function of seed, purpose, person and occasion, and it looks random from every side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from twin.draws import Draws, Stream

streams = st.sampled_from(list(Stream))
seeds = st.integers(0, (1 << 63) - 1)
entities = st.integers(0, (1 << 62) - 1)
occasions = st.integers(0, 1 << 40)
PEOPLE = np.arange(20_000, dtype=np.int64)


def spread(numbers: NDArray[np.float64], bins: int = 100) -> float:
    """How likely numbers in [0, 1) at least as uneven as these are: p of a chi-square test."""
    return float(stats.chisquare(np.histogram(numbers, bins, (0.0, 1.0))[0]).pvalue)


@given(seeds, streams, st.lists(entities, min_size=1, max_size=20), occasions)
def test_an_array_draws_the_same_bits(seed: int, stream: Stream, people: list[int], occasion: int) -> None:
    """Many entities at once and one by one: the same numbers, to the last bit."""
    draws = Draws(seed)
    one_by_one = [draws.uniform(stream, person, occasion) for person in people]
    assert draws.uniforms(stream, np.array(people, dtype=np.int64), occasion).tolist() == one_by_one


@given(seeds, streams, st.integers(0, 60), st.integers(0, 80), st.integers(0, 3))
def test_preparing_changes_no_number(seed: int, stream: Stream, prepared: int, person: int, occasion: int) -> None:
    """A prepared column holds what would have been drawn, inside and outside of it, however often it is prepared."""
    fresh, ready = Draws(seed), Draws(seed)
    ready.prepare(stream, prepared)
    ready.prepare(stream, prepared // 2)
    assert ready.uniform(stream, person, occasion) == fresh.uniform(stream, person, occasion)


@pytest.mark.parametrize("prepared", [0, 5])
def test_a_negative_entity_has_luck_of_its_own(prepared: int) -> None:
    """-1 is a key like any other (our own fleet is carrier -1), prepared or not."""
    draws = Draws(1)
    draws.prepare(Stream.POLICY, prepared)
    assert draws.uniform(Stream.POLICY, -1) == (draws.bits(Stream.POLICY, -1) >> 11) * 2.0**-53


def test_the_numbers_are_part_of_the_format() -> None:
    """Golden numbers: a change of the hash would silently change every run ever saved."""
    draws = Draws(2026)
    assert draws.bits(Stream.CITY, 0) == 820702101830439367
    assert draws.bits(Stream.PRESENCE, 7, 2) == 13426029699108366275
    assert draws.bits(Stream.DUMMY, 1 << 40, 9) == 16771224849376701959
    assert draws.uniform(Stream.CHOICE, 3) == 0.33831466770598084
    assert draws.normal(Stream.RATING, 3) == pytest.approx(-0.3395327800070657, rel=1e-12)
    assert draws.generator(Stream.WEATHER, 1).integers(0, 1000, 3).tolist() == [6, 98, 323]


def test_numbers_of_streams_are_part_of_the_format() -> None:
    """Streams rise from 0, and the old ones keep their numbers."""
    assert [stream.value for stream in Stream] == sorted(set(Stream))
    assert (Stream.CITY, Stream.PRESENCE, Stream.MESSAGE_SEEN, Stream.DUMMY) == (0, 11, 31, 41)


@pytest.mark.parametrize("stream", [Stream.CHOICE, Stream.PRESENCE, Stream.DUMMY])
def test_neighbouring_people_are_uniform(stream: Stream) -> None:
    """Luck of people 0, 1, 2, ... fills [0, 1) evenly."""
    assert spread(Draws(1).uniforms(stream, PEOPLE)) > 1e-4


def test_occasions_and_seeds_are_uniform() -> None:
    """One person's occasions, and the same key under seeds 0, 1, 2, ..., fill [0, 1) evenly."""
    draws = Draws(1)
    occasions = np.array([draws.uniform(Stream.ACCESS, 5, occasion) for occasion in range(10_000)])
    seeds = np.array([Draws(seed).uniform(Stream.ACCESS, 5) for seed in range(2_000)])
    assert spread(occasions) > 1e-4
    assert spread(seeds, 50) > 1e-4


@pytest.mark.parametrize(
    ("seed", "stream", "shift", "occasion"),
    [(1, Stream.SAFE_PLACE, 0, 0), (1, Stream.ACCESS, 0, 0), (2, Stream.PRESENCE, 0, 0), (1, Stream.PRESENCE, 1, 0),
     (1, Stream.PRESENCE, 0, 1)],
    ids=["next stream", "other stream", "next seed", "next person", "next occasion"],
)  # fmt: skip
def test_keys_that_differ_in_one_part_are_independent(seed: int, stream: Stream, shift: int, occasion: int) -> None:
    """No correlation, and no pattern in pairs, between a key and one beside it."""
    one = Draws(1).uniforms(Stream.PRESENCE, PEOPLE)
    other = Draws(seed).uniforms(stream, PEOPLE + shift, occasion)
    assert not np.any(one == other)
    assert stats.pearsonr(one, other).pvalue > 1e-4
    pairs = np.histogram2d(one, other, 10, [[0, 1], [0, 1]])[0]
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


def test_no_two_keys_share_their_bits() -> None:
    """Streams x people x occasions of an ordinary study: no collision."""
    draws = Draws(1)
    bits = {draws.bits(s, person, occasion) for s in Stream for person in range(100) for occasion in range(10)}
    assert len(bits) == len(Stream) * 100 * 10


@given(st.lists(st.tuples(streams, entities, occasions), min_size=1, max_size=10), st.randoms())
def test_order_and_number_of_draws_do_not_matter(keys: list[tuple[Stream, int, int]], shuffler: object) -> None:
    """Asking in another order, twice, or with draws in between gives everybody the same luck."""
    calm, busy = Draws(3), Draws(3)
    expected = {key: calm.uniform(*key) for key in keys}
    for key in reversed(keys * 2):
        busy.uniform(Stream.DUMMY, key[1])
        busy.generator(Stream.DUMMY, key[1]).random(3)
        assert busy.uniform(*key) == expected[key]


@given(seeds, streams, entities, st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0, 3))
def test_more_of_a_mean_is_never_less(
    seed: int, stream: Stream, person: int, one: float, other: float, cv: float
) -> None:
    """With the same luck a larger mean or median gives a number at least as large."""
    draws, (low, high) = Draws(seed), sorted((one, other))
    assert draws.exponential(low, stream, person) <= draws.exponential(high, stream, person)
    assert draws.lognormal(low, cv, stream, person) <= draws.lognormal(high, cv, stream, person)


def test_better_luck_is_never_worse() -> None:
    """Normal, lognormal and exponential numbers rise with the uniform one behind them."""
    draws = Draws(1)
    people = np.argsort(draws.uniforms(Stream.PARKING, PEOPLE[:2_000])).tolist()
    for row in (
        [draws.normal(Stream.PARKING, person) for person in people],
        [draws.lognormal(5.0, 1.0, Stream.PARKING, person) for person in people],
        [draws.exponential(5.0, Stream.PARKING, person) for person in people],
    ):
        assert row == sorted(row)


def test_distributions_are_what_they_say() -> None:
    """Normal, lognormal (median and cv) and exponential numbers pass a Kolmogorov-Smirnov test."""
    draws, people = Draws(1), range(5_000)
    normal = [draws.normal(Stream.RATING, person) for person in people]
    lognormal = [draws.lognormal(3.0, 0.8, Stream.PICK_TIME, person) for person in people]
    exponential = [draws.exponential(7.0, Stream.REPAIR, person) for person in people]
    sigma = np.sqrt(np.log1p(0.8**2))
    assert stats.kstest(normal, "norm").pvalue > 1e-3
    assert stats.kstest(lognormal, stats.lognorm(sigma, scale=3.0).cdf).pvalue > 1e-3
    assert stats.kstest(exponential, stats.expon(scale=7.0).cdf).pvalue > 1e-3


def test_without_spread_everybody_has_the_median() -> None:
    """A coefficient of variation of 0 is no luck at all."""
    draws = Draws(1)
    assert {draws.lognormal(4.5, 0.0, Stream.PICK_TIME, person) for person in range(50)} == {4.5}


def test_generators_are_keyed_too() -> None:
    """The same key, the same generator; another person or occasion, another one."""
    draws = Draws(1)
    first = draws.generator(Stream.WEATHER, 0).random(4).tolist()
    assert draws.generator(Stream.WEATHER, 0).random(4).tolist() == first
    assert draws.generator(Stream.WEATHER, 1).random(4).tolist() != first
    assert draws.generator(Stream.WEATHER, 0, 1).random(4).tolist() != first
    assert draws.generator(Stream.TRAFFIC, 0).random(4).tolist() != first
