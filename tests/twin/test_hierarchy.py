"""Weights are computed once, corrected where little changed, and shared by a file that is believed only when whole."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from tests.twin.orders import contracted
from twin import hierarchy, mapped
from twin.engines import by_search
from twin.entities import FAR
from twin.hierarchy import Hierarchy, Topology, is_kept, topology
from twin.world import City

CITY = synthetic_city(CitySpec(nodes=2_500))
COST = -(-CITY.length_mm * 1000 // CITY.speed_mmps)
PLACES = np.arange(0, CITY.nodes, 25)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of its own, in which small cities are kept too; contraction is by halves, and counted."""
    monkeypatch.setenv("LASTMILE_CACHE", str(tmp_path))
    monkeypatch.setattr(hierarchy, "_WORTH", 0)
    monkeypatch.setattr(hierarchy, "available", lambda: True)
    monkeypatch.setattr(hierarchy, "ranks", lambda city: contracted(city).rank.copy())
    is_kept.cache_clear()
    yield tmp_path
    is_kept.cache_clear()


def made(city: City = CITY) -> Topology:
    """The topology, which must be there."""
    found = topology(city)
    assert found is not None
    return found


def files(folder: Path) -> list[Path]:
    """What is kept."""
    return sorted(folder.glob("roads/*/*.arrays"))


def right(asked: Hierarchy, cost: np.ndarray[tuple[int], np.dtype[np.int64]] = COST) -> bool:
    """Whether a table is that of the local search."""
    found, expected = asked.times(cost, PLACES), by_search(CITY, cost, PLACES)
    return found is not None and all(np.array_equal(*pair) for pair in zip(found, expected, strict=True))


def test_only_what_changed_is_computed_again() -> None:
    """One more closure corrects, the same costs again cost nothing, other traffic customises."""
    asked = Hierarchy(CITY, contracted(CITY))
    asked.topology.__dict__["top"].flags.writeable = False
    assert right(asked)
    closed = COST.copy()
    closed[77] = FAR
    assert right(asked, closed)
    assert right(asked, closed.copy())
    assert asked.done == {"customised": 1, "corrected": 1, "mapped": 0}
    assert right(asked, COST * 2)
    assert asked.done == {"customised": 2, "corrected": 1, "mapped": 0}


def test_no_more_weights_are_held_than_are_worth_it() -> None:
    """The oldest are forgotten, and come back right."""
    asked = Hierarchy(CITY, contracted(CITY))
    for factor in range(1, 12):
        assert right(asked, COST * factor)
    assert len(asked._weights) == hierarchy._KEPT
    assert right(asked)


def test_a_contraction_is_made_once_for_all_processes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second who asks maps the file, without pyroutingkit, and without a copy."""
    assert not is_kept(CITY)
    first = made()
    assert [path.name for path in files(folder)] == ["topology.arrays"]
    monkeypatch.setattr(hierarchy, "available", lambda: False)
    again = made()
    for name in ("rank", "first", "top", "arc"):
        array = getattr(again, name)
        assert np.array_equal(array, getattr(first, name))
        assert not array.flags.owndata
        assert not array.flags.writeable
    assert right(Hierarchy(CITY, again))


def test_weights_are_made_once_for_all_processes(folder: Path) -> None:
    """The second who asks for the same costs maps what the first has written, and has the same times."""
    one, other = Hierarchy(CITY, made()), Hierarchy(CITY, made())
    assert right(one)
    assert right(other)
    assert one.done == {"customised": 1, "corrected": 0, "mapped": 0}
    assert other.done == {"customised": 0, "corrected": 0, "mapped": 1}
    assert not other.weights(COST).both.flags.owndata


def spoil(path: Path, how: str) -> None:
    """Damage a file."""
    data = bytearray(path.read_bytes())
    if how == "torn":
        del data[len(data) // 2 :]
    elif how == "changed":
        data[-100] ^= 1
    elif how == "header":
        data[0] = 0
    elif how == "empty":
        data.clear()
    elif how == "foreign":
        data = bytearray(b"PK\x03\x04" * 5_000)
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["torn", "changed", "header", "empty", "foreign"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_spoilt_file_is_made_again_and_not_believed(folder: Path, how: str, which: int) -> None:
    """Whatever happened to a file: the times are right, and the file is whole again."""
    assert right(Hierarchy(CITY, made()))
    whole = [path.read_bytes() for path in files(folder)]
    assert len(whole) == 2
    spoil(files(folder)[which], how)
    assert right(Hierarchy(CITY, made()))
    assert [path.read_bytes() for path in files(folder)] == whole


def test_weights_of_another_order_are_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city that was contracted anew, in another order, does not read the weights of the old one."""
    assert right(Hierarchy(CITY, made()))
    next(path for path in files(folder) if path.name == "topology.arrays").unlink()
    mirrored = contracted(CITY).rank.copy()
    mirrored[[0, 1]] = mirrored[[1, 0]]
    monkeypatch.setattr(hierarchy, "ranks", lambda _: mirrored)
    assert right(Hierarchy(CITY, made()))


@pytest.mark.parametrize("breach", ["rank", "first", "top", "arc", "short", "wide"])
def test_a_possible_digest_does_not_make_an_impossible_topology_possible(folder: Path, breach: str) -> None:
    """A file that is whole but leads out of its arrays is made again: no kernel reads beyond them."""
    good = made()
    parts = {name: getattr(good, name).copy() for name in ("rank", "first", "top", "arc")}
    if breach == "short":
        parts["arc"] = parts["arc"][:-1]
    elif breach == "wide":
        parts["rank"] = parts["rank"].astype(np.int64)
    else:
        parts[breach][len(parts[breach]) // 2] = 1 << 30
    mapped.write(files(folder)[0], good.key, parts)
    assert right(Hierarchy(CITY, made()))
    assert np.array_equal(made().top, good.top)


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be: computed, and not kept."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("LASTMILE_CACHE", str(blocked))
    monkeypatch.setattr(hierarchy, "available", lambda: True)
    monkeypatch.setattr(hierarchy, "ranks", lambda city: contracted(city).rank.copy())
    assert right(Hierarchy(CITY, made()))


def test_without_pyroutingkit_and_without_a_file_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None, so that another engine is asked."""
    monkeypatch.setenv("LASTMILE_CACHE", str(tmp_path))
    monkeypatch.setattr(hierarchy, "available", lambda: False)
    assert topology(CITY) is None
