"""Areas: the cells that have streets, with the people of a table or an estimate."""

from pathlib import Path

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.streets.areas import areas, districts, dwellings
from scenarios.streets.network import Network
from scenarios.streets.people import Census, read_people
from scenarios.streets.report import Repairs
from twin.entities import District, Dwelling, Street
from twin.errors import InputError

SIDE = 12
"""Nodes along each side of a grid town of about 1.2 km."""


def _town(street: int = Street.RESIDENTIAL) -> Network:
    step = np.arange(SIDE)
    lon, lat = (part.reshape(-1) * 0.001 for part in np.meshgrid(step, step))
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    a = np.concatenate([node[:, :-1].reshape(-1), node[:-1].reshape(-1)])
    b = np.concatenate([node[:, 1:].reshape(-1), node[1:].reshape(-1)])
    edges = 2 * len(a)
    return Network(
        lon=(lon - 46.64).astype(np.float64),
        lat=(lat - 23.55).astype(np.float64),
        tail=np.concatenate([a, b]),
        head=np.concatenate([b, a]),
        length_m=np.full(edges, 110.0),
        street=np.full(edges, street, dtype=np.int64),
        kmh=np.full(edges, 30.0),
    )


def _cells(net: Network, resolution: int = 9) -> list[str]:
    places = zip(net.lat.tolist(), net.lon.tolist(), strict=True)
    return sorted({h3.latlng_to_cell(*place, resolution) for place in places})


def _census(tmp_path: Path, rows: list[str], header: str = "cell,population,jobs,income") -> Census:
    path = tmp_path / "people.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return read_people(path)


def test_every_area_has_a_node_and_every_node_its_cell() -> None:
    """Areas are exactly the H3 cells in which a node lies."""
    net = _town()
    found = areas(net, None, Repairs())
    assert [h3.int_to_str(int(cell)) for cell in found.cell] == _cells(net)
    for node in (0, 77, SIDE * SIDE - 1):
        cell = h3.latlng_to_cell(net.lat[node], net.lon[node], 9)
        assert h3.int_to_str(int(found.cell[found.of_node[node]])) == cell


def test_the_table_s_resolution_is_the_areas(tmp_path: Path) -> None:
    """A table at resolution 8 gives areas at resolution 8."""
    net = _town()
    rows = [f"{cell},100,10,1" for cell in _cells(net, 8)]
    assert len(areas(net, _census(tmp_path, rows), Repairs()).cell) == len(rows) < len(_cells(net))


def test_the_people_of_the_table_live_in_their_cells(tmp_path: Path) -> None:
    """Rows without streets are counted with their people; areas without a row are empty."""
    net = _town()
    inside, far = _cells(net), h3.latlng_to_cell(10.0, 10.0, 9)
    rows = [*(f"{cell},{250 * (k + 1)},{k},2" for k, cell in enumerate(inside[:-1])), f"{far},75,0,1"]
    repairs = Repairs()
    found = areas(net, _census(tmp_path, rows), repairs)
    assert found.households.tolist() == [*(100.0 * (k + 1) for k in range(len(inside) - 1)), 0.0]
    assert found.jobs.tolist() == [*range(len(inside) - 1), 0]
    assert (repairs.cells_outside, repairs.people_outside, repairs.areas_without_row) == (1, 75, 1)
    assert not repairs.estimated
    said = " ".join(repairs.sentences())
    assert "1 cell of the table left out, without a street (people: 75)." in said


def test_income_is_an_index_around_one(tmp_path: Path) -> None:
    """The mean household has 1; an area whose income is unknown has 1 too."""
    net = _town()
    rows = [f"{cell},{100 + k},1,{1000 * k}" for k, cell in enumerate(_cells(net))]
    found = areas(net, _census(tmp_path, rows), Repairs())
    known = found.income[1:]
    assert found.income[0] == 1
    assert np.average(known, weights=found.households[1:]) == pytest.approx(1, abs=1e-5)
    assert known[-1] / known[0] == pytest.approx(len(known), rel=1e-4)


def test_a_table_of_another_city_is_refused(tmp_path: Path) -> None:
    """When nobody lives where the streets are, it is the wrong table."""
    rows = [f"{h3.latlng_to_cell(10.0, 10.0, 9)},75,0,1"]
    with pytest.raises(InputError, match="bring the table of this city"):
        areas(_town(), _census(tmp_path, rows), Repairs())


def test_an_empty_city_is_refused(tmp_path: Path) -> None:
    """A table with nobody in it makes no city."""
    rows = [f"{cell},0,5,1" for cell in _cells(_town())]
    with pytest.raises(InputError, match="nobody"):
        areas(_town(), _census(tmp_path, rows), Repairs())


@pytest.mark.parametrize("street", list(Street))
def test_without_a_table_people_are_estimated_from_streets(street: Street) -> None:
    """Whatever the class of all streets, there are households and jobs, in whole numbers, and the report says so."""
    repairs = Repairs()
    found = areas(_town(street), None, repairs)
    assert repairs.estimated
    assert found.households.sum() > 0
    assert found.jobs.sum() > 0
    assert np.all(found.households == np.round(found.households))


def test_a_denser_grid_is_a_denser_city() -> None:
    """The same streets with half the spacing hold more people per square kilometre."""
    loose = _town()
    dense = _town()
    dense.lon[:], dense.lat[:], dense.length_m[:] = dense.lon / 2 - 23, dense.lat / 2 - 11, 55.0
    per_area = [areas(net, None, Repairs()).households.mean() for net in (loose, dense)]
    assert per_area[1] > 1.5 * per_area[0]


def test_a_long_road_brings_no_crowd_to_its_end() -> None:
    """An edge of 30 km counts for what lies in the cells of its ends."""
    net = _town()
    far = Network(net.lon, net.lat, net.tail, net.head, net.length_m.copy(), net.street, net.kmh)
    far.length_m[:2] = 30_000.0
    total = [areas(one, None, Repairs()).households.sum() for one in (net, far)]
    assert total[1] < 1.1 * total[0]


def test_the_densest_tenth_is_the_core() -> None:
    """Districts follow the rank of density."""
    district = districts(np.arange(1.0, 101.0))
    assert np.bincount(district).tolist() == [10, 40, 50]
    assert (np.diff(district) <= 0).all()


def test_a_city_without_contrast_is_urban() -> None:
    """Equal areas are urban, empty ones suburb, and a single area is no core."""
    assert set(districts(np.full(5, 3.0)).tolist()) == {District.URBAN}
    assert set(districts(np.zeros(5)).tolist()) == {District.SUBURB}
    assert districts(np.array([9.0])).tolist() == [District.URBAN]


_density = st.lists(st.floats(0, 1e6), min_size=1, max_size=20)


@given(_density, st.data())
def test_dwellings_are_shares(households: list[float], data: st.DataObject) -> None:
    """In each area the shares are not negative and sum to one, whatever the density."""
    jobs = data.draw(st.lists(st.floats(0, 1e6), min_size=len(households), max_size=len(households)))
    shares = dwellings(np.array(households), np.array(jobs))
    assert np.all(shares >= 0)
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_density_brings_apartments_and_jobs_bring_offices() -> None:
    """Locked doors rise with households, offices with jobs, porches fall."""
    shares = dwellings(np.array([200.0, 2000.0, 9000.0]), np.array([0.0, 0.0, 9000.0]))
    assert (np.diff(shares[:, Dwelling.LOCKED]) > 0).all()
    assert (np.diff(shares[:, Dwelling.PORCH]) < 0).all()
    assert shares[:2, Dwelling.OFFICE].tolist() == [0, 0]
    assert shares[2, Dwelling.OFFICE] > 0.05
