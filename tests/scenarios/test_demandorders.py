"""Orders of the past are read, placed and played as they were; what cannot be is left out with a count, or refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from h3.api import basic_str as h3
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.build import draw_world
from scenarios.demandfile import read_orders
from scenarios.demandorders import FAR_M
from scenarios.spec import CitySpec, DemandSpec
from tests.scenarios.drawn import differing, scenario
from tests.worlds import PLAIN, rows
from twin.draws import Draws, Stream
from twin.engine import Twin
from twin.errors import InputError
from twin.ledger import Kind
from twin.specs import Operation
from twin.units import DAY, HOUR, MINUTE
from twin.world import World

TOY = CitySpec(kind="toy", depots=1, lockers=1)
MONDAY = "2024-03-04"
HEAD = "time,lon,lat,order,customer,weight_kg,volume_l,sku\n"
GOOD = (
    "2024-03-04 09:15,-100.0,40.0,A,ann,1.5,4,tea\n"
    "2024-03-04 09:15,-100.0,40.0,A,ann,0.2,,cup\n"
    "2024-03-04 18:00:30,-100.0058,40.0045,B,bob,,,tea\n"
    "2024-03-05 07:00,-100.0,40.0,C,ann,2,8,\n"
)
Table = Callable[[str], Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Write a file of orders."""

    def write(text: str) -> Path:
        path = tmp_path / "orders.csv"
        path.write_text(text)
        return path

    return write


def played(path: Path, days: int = 2, **changes: Any) -> World:
    """The world of a file of orders in the toy city."""
    spec = DemandSpec(orders=str(path), **changes)
    return draw_world(scenario(city=TOY, days=days, demand=spec, operation=Operation(skus=5)), 1)


def test_orders_are_played_as_they_were(table: Table) -> None:
    """Times, people, nodes, parcels, weights, volumes and products are those of the file."""
    world = played(table(HEAD + GOOD))
    sessions = world.sessions
    assert sessions.time.tolist() == [9 * HOUR + 15 * MINUTE, 18 * HOUR + 30_000, DAY + 7 * HOUR]
    assert sessions.customer.tolist() == [0, 1, 0]
    assert world.customers.node.tolist() == [4, 6]
    assert np.diff(sessions.parcel).tolist() == [2, 1, 1]
    assert world.parcels.weight_g.tolist()[:2] == [1_500, 200]
    assert world.parcels.weight_g[3] == 2_000
    assert world.parcels.volume_ml.tolist()[0::3] == [4_000, 8_000]
    assert world.parcels.sku.tolist()[:3] == [0, 1, 0]
    assert world.popularity.tolist() == [2 / 3, 1 / 3, 0.0, 0.0, 0.0]
    assert world.notes == ()


def test_everybody_who_did_order_orders_again(table: Table) -> None:
    """A run on records has as many orders as the file, whatever their customers think of the offers."""
    world = played(table(HEAD + GOOD))
    world = replace(world, people=replace(world.people, utility_base=(-90.0,) * 3))
    ledger = Twin(world, PLAIN).run()
    assert len(rows(ledger, Kind.ORDERED)) == 3
    assert len(rows(ledger, Kind.CREATED)) == 4


def test_a_longer_run_begins_with_the_same_days(table: Table) -> None:
    """Days beyond are added, those there already stay as they were, drawn goods too."""
    path = table(HEAD + GOOD)
    short, long = played(path, 1), played(path, 2)
    assert np.array_equal(long.sessions.time[:2], short.sessions.time)
    assert np.array_equal(long.parcels.weight_g[:3], short.parcels.weight_g)
    assert differing(long.customers, short.customers) == set()


def test_a_date_can_be_the_first_day(table: Table) -> None:
    """Orders before it and after the run are left out, and said so."""
    text = HEAD + GOOD
    spec = DemandSpec(orders=str(table(text)), first_date="2024-03-05")
    world = draw_world(scenario(city=TOY, days=1, first_weekday=1, demand=spec), 1)
    assert world.sessions.time.tolist() == [7 * HOUR]
    assert world.notes == ("Orders left out: 3 of 4, before or after the days of the run.",)


def test_rows_that_cannot_be_used_are_counted(table: Table) -> None:
    """No time, an impossible place, a negative weight, another continent: each is left out with its reason."""
    bad = "yesterday,-100,40,D,,,,\n2024-03-04 10:00,-100,95,E,,,,\n2024-03-04 10:00,-100,40,F,,-1,,\n"
    world = played(table(HEAD + GOOD + bad + "2024-03-04 11:00,10,50,G,,,,\n"))
    assert len(world.sessions.time) == 3
    assert len(world.notes) == 4
    assert "Orders left out: 1 of 8, more than 1 km from any street." in world.notes
    assert all(note.startswith("Orders left out: 1 of 8, ") for note in world.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when,lon,lat\n2024-03-04,1,2\n", "no column 'time'"),
        ("time,sku\n2024-03-04,1\n", "add columns lon and lat, or a column cell"),
        ("time,cell\n2024-03-04,abc\n", "write cells as in '89a8100c603ffff'"),
        (HEAD + "2024-03-04 09:15,10,50,A,,,,\n", "lie more than 1 km from any street of toy; set city.path"),
        (HEAD + "2024-03-05 09:15,-100,40,A,,,,\n", "a Tuesday, but first_weekday is 0, a Monday; set first_weekday=1"),
        (
            HEAD + "".join(f"2024-03-04 09:15,-100,40,A{n},,,,s{n}\n" for n in range(7)),
            "has 7 products where operation.skus is 5; set operation.skus=7",
        ),
        ("nothing", "has no rows"),
    ],
)
def test_what_cannot_be_played_is_refused(table: Table, text: str, said: str) -> None:
    """In one sentence with what to do."""
    with pytest.raises(InputError, match=said):
        played(table(text))


def test_a_run_outside_the_file_is_refused(table: Table) -> None:
    """With the dates that there are."""
    with pytest.raises(InputError, match=r"dates are 2024-03-04 to 2024-03-05; set demand.first_date"):
        played(table(HEAD + GOOD), first_date="2024-03-11")
    with pytest.raises(InputError, match=r"demand.orders\(=none.csv\) cannot be read"):
        played(Path("none.csv"))


def test_parquet_says_the_same_as_text(table: Table, tmp_path: Path) -> None:
    """The same orders in a Parquet file make the same world."""
    import pyarrow.csv
    import pyarrow.parquet

    path = table(HEAD + GOOD)
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(path), tmp_path / "orders.parquet")
    one, other = played(path), played(tmp_path / "orders.parquet")
    assert differing(one, other) == set()


@settings(max_examples=20)
@given(seed=st.integers(0, 1_000), level=st.integers(7, 10))
def test_who_lives_in_a_cell_gets_a_node_of_it(seed: int, level: int) -> None:
    """With cells instead of coordinates each customer is at some node of the cell, or at the nearest if it has none."""
    town = draw_world(scenario(), 1).city
    node = Draws(seed).generator(Stream.DUMMY, level).integers(0, town.nodes, 30)
    cells = [h3.latlng_to_cell(town.lat[at], town.lon[at], level) for at in node]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cells.csv"
        path.write_text("time,cell\n" + "".join(f"{MONDAY} 0{n % 10}:00,{cell}\n" for n, cell in enumerate(cells)))
        world = draw_world(scenario(demand=DemandSpec(orders=str(path))), seed)
    assert len(world.customers.node) == 30
    by_time = np.argsort(np.arange(30) % 10, kind="stable")
    for at, number in zip(world.customers.node, by_time, strict=True):
        assert h3.latlng_to_cell(town.lat[at], town.lon[at], level) == cells[number]


def test_far_is_by_the_metres_on_the_ground(table: Table) -> None:
    """An address 900 m from the nearest street is in the city, one at 1,100 m is not."""
    north = 40.0 + (500.0 + np.array([0.9, 1.1]) * FAR_M) / 111_195.0
    inside = "2024-03-04 09:00,-100.0,40.0,X,,,,\n" * 3
    text = "".join(f"2024-03-04 09:15,-100.0,{lat:.6f},A{lat},,,,\n" for lat in north)
    world = played(table(HEAD + inside + text))
    assert world.notes == ("Orders left out: 1 of 5, more than 1 km from any street.",)
    assert set(world.customers.node.tolist()) == {4, 7}


def test_the_file_is_read_anew_when_it_has_changed(table: Table) -> None:
    """A second world of the same path sees what was appended."""
    before = played(table(HEAD + GOOD))
    after = played(table(HEAD + GOOD + "2024-03-05 12:00,-100,40,Z,,,,\n"))
    assert len(after.sessions.time) == len(before.sessions.time) + 1


def test_orders_are_sorted_by_time(table: Table) -> None:
    """A file in any order is the same day."""
    lines = GOOD.splitlines(keepends=True)
    orders = read_orders(table(HEAD + "".join(lines[::-1])))
    assert (np.diff(orders.time.astype(np.int64)) >= 0).all()
    assert orders.rows == 4
