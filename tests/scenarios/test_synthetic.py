"""A synthetic city is of the size asked for, connected, the same everywhere, and built like a city."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from scenarios.citycheck import check_city
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from tests.scenarios.drawn import digests
from twin.entities import District, Street
from twin.world import City


def strong_components(city: City) -> int:
    """How many strongly connected components the streets have."""
    graph = csr_array((np.ones(len(city.head)), city.head, city.start), shape=(city.nodes, city.nodes))
    return int(connected_components(graph, directed=True, connection="strong")[0])


@pytest.fixture(scope="module")
def city() -> City:
    """The default city."""
    return synthetic_city(CitySpec())


@pytest.mark.parametrize("nodes", [100, 2_500, 20_000])
def test_exactly_so_many_nodes_and_every_place_reaches_every_other(nodes: int) -> None:
    """The size is exact and the streets are one strongly connected component."""
    city = synthetic_city(CitySpec(nodes=nodes))
    assert city.nodes == nodes
    assert strong_components(city) == 1
    check_city(city)


@pytest.mark.slow
def test_the_largest_city_is_drawn_too() -> None:
    """Half a million nodes are strongly connected, in at most forty zones."""
    city = synthetic_city(CitySpec(nodes=500_000))
    assert (city.nodes, strong_components(city)) == (500_000, 1)
    assert city.zones <= 40


@settings(max_examples=15)
@given(nodes=st.integers(100, 1_500), seed=st.integers(0, 2**63 - 1), resolution=st.integers(7, 9))
def test_any_size_and_seed_gives_a_whole_city(nodes: int, seed: int, resolution: int) -> None:
    """Whatever the luck: exact size, strongly connected, shares that sum to one."""
    city = synthetic_city(CitySpec(nodes=nodes, seed=seed, resolution=resolution))
    assert (city.nodes, strong_components(city)) == (nodes, 1)
    assert np.allclose(city.dwelling.sum(axis=1), 1.0, atol=1e-9)
    assert city.dwelling.min() >= 0.0
    assert city.households.sum() > 0.0


def test_another_seed_is_another_city() -> None:
    """Seeds differ in every drawn column."""
    one, other = (digests(synthetic_city(CitySpec(nodes=400, seed=seed))) for seed in (1, 2))
    assert all(one[name] != other[name] for name in ("x_m", "head", "households", "jobs", "income", "dwelling"))


_ELSEWHERE = """
import sys
sys.path[:] = {path!r}
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from tests.scenarios.drawn import digests
print(sorted(digests(synthetic_city(CitySpec(nodes=900))).items()))
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "123", "OPENBLAS_NUM_THREADS": "1"},
        {"PYTHONHASHSEED": "7", "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512_ICL"},
    ],
)
def test_the_same_seed_gives_the_same_city_in_another_process(surroundings: dict[str, str]) -> None:
    """Bit for bit, whatever the hash seed, the threads and the processor's vector units."""
    here = str(sorted(digests(synthetic_city(CitySpec(nodes=900))).items()))
    script = _ELSEWHERE.format(path=sys.path)
    there = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here


def test_blocks_are_longer_outside(city: City) -> None:
    """The median local street of the suburbs is at least a fifth longer than that of the core."""
    local = city.street <= Street.COLLECTOR
    district = city.district[city.area[city.tail]]
    core, suburb = (
        np.median(city.length_mm[local & (district == which)]) for which in (District.CORE, District.SUBURB)
    )
    assert suburb > 1.2 * core


def test_streets_have_a_hierarchy(city: City) -> None:
    """Most streets are residential, fewer collectors, fewer arterials, fewest expressways; faster in that order."""
    counts = np.bincount(city.street, minlength=4)
    assert counts[0] > counts[1] > counts[2] > counts[3] > 0
    speeds = [set(city.speed_mmps[city.street == street].tolist()) for street in Street]
    assert speeds == [{8_333}, {11_111}, {13_888}, {25_000}]


def test_one_way_streets_are_in_the_core(city: City) -> None:
    """There are some, none on main roads, none near the border."""
    back = set(zip(city.head.tolist(), city.tail.tolist(), strict=True))
    one_way = np.array([pair not in back for pair in zip(city.tail.tolist(), city.head.tolist(), strict=True)])
    far = np.hypot(city.x_m, city.y_m)
    assert 0.01 < one_way.mean() < 0.2
    assert city.street[one_way].max() <= Street.COLLECTOR
    assert far[city.tail[one_way]].max() < 0.6 * far.max()


def test_junctions_look_like_a_city_s(city: City) -> None:
    """On average three streets meet, as in real networks (2.5 to 3.5), and none is shorter than the way."""
    assert 2.5 < len(city.head) / city.nodes < 3.5
    way = np.hypot(city.x_m[city.tail] - city.x_m[city.head], city.y_m[city.tail] - city.y_m[city.head])
    assert (city.length_mm >= 1_000 * way - 1e-3).all()


def test_the_city_covers_the_area_asked_for() -> None:
    """The hull of the nodes is within a quarter of ``area_km2``."""
    from scipy.spatial import ConvexHull

    city = synthetic_city(CitySpec(nodes=2_000, area_km2=40.0))
    assert 30.0 < ConvexHull(np.column_stack([city.x_m, city.y_m])).volume / 1e6 < 50.0
