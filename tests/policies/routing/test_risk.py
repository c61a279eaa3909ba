"""What failing costs by mode and area, as far as it has been seen."""

from dataclasses import replace

from policies.cases import plain_view
from policies.routing.insertion import CheapestInsertion
from policies.routing.ortools import OrTools
from policies.routing.pyvrp import PyVrp
from policies.routing.risk import SAVED_S, risks
from policies.waves import vehicle, wave
from twin.entities import Mode
from twin.units import USD

VAN, ROBOVAN = int(Mode.VAN), int(Mode.ROBOVAN)
UNKNOWN = round(SAVED_S * 8600)
WAVE = replace(wave(8, 1), vehicles=(vehicle(0, Mode.VAN), replace(vehicle(1, Mode.VAN), mode=Mode.ROBOVAN)))


def test_without_a_record_a_driver_is_trusted_more() -> None:
    """.07 and .25 of $10, a parcel; and a driver who does not know the area takes a quarter of a minute longer."""
    van, robovan = risks(plain_view(0), WAVE, 10.0)
    parcels = [0, *(len(stop.parcels) for stop in WAVE.stops)]
    assert van == [0, *(round(0.7 * USD) * count + UNKNOWN for count in parcels[1:])]
    assert robovan == [round(2.5 * USD) * count for count in parcels]


def test_a_record_counts_in_its_area_first() -> None:
    """Where the van failed it is risky, elsewhere a little more than before; the robovan is as it was."""
    attempts = {(1, 11, VAN): (20, 60), (2, 11, VAN): (60, 60)}
    before, after = (risks(view, WAVE, 10.0) for view in (plain_view(0), plain_view(0, attempts=attempts)))
    area = [None, *(stop.area for stop in WAVE.stops)]
    bad, good = area.index(1), area.index(2)
    assert after[0][bad] - UNKNOWN > 4 * (before[0][bad] - UNKNOWN)
    assert after[0][good] < after[0][area.index(3)]
    assert after[1] == before[1]


def test_a_driver_s_own_record_moves_the_risk() -> None:
    """Who fails half of the time is risky wherever; who never fails less than usual; few attempts say little."""
    drivers = {0: (30.0, 60.0), 1: (60.0, 60.0), 2: (1.0, 2.0)}
    fleet = tuple(vehicle(number, Mode.VAN) for number in range(4))
    bad, good, new, none = risks(plain_view(0, drivers=drivers), replace(WAVE, vehicles=fleet), 10.0)
    assert good[1] < none[1] < new[1] < bad[1]
    assert bad[1] - UNKNOWN > 3 * (none[1] - UNKNOWN)


def test_who_knows_an_area_is_cheaper_there() -> None:
    """After twenty visits half of the price of not knowing it is gone, elsewhere none; the stop goes to that driver."""
    area = WAVE.stops[0].area
    view = plain_view(0, visited={(1, area): 20}, dispatch=WAVE)
    fleet = tuple(vehicle(number, Mode.VAN) for number in range(2))
    stranger, local = risks(view, replace(WAVE, vehicles=fleet), 10.0)
    for place, stop in enumerate(WAVE.stops, 1):
        assert stranger[place] - local[place] == (round(UNKNOWN / 2) if stop.area == area else 0)


def test_a_cheap_vehicle_that_fails_stays_at_home() -> None:
    """Two vehicles that cost the same: all routers that weigh risk load the one that delivers."""
    fails = plain_view(0, dispatch=WAVE, attempts={(area, 11, ROBOVAN): (10, 60) for area in range(6)})
    for router in (CheapestInsertion(), PyVrp(iterations=30), OrTools(solutions=30)):
        assert [tour.vehicle for tour in router(fails)] == [0]
