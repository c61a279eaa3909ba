"""The portrait of a run counts what the key figures count."""

from functools import cache

import pytest

from experiments.composition import composed, job_of
from experiments.play import twin_of
from experiments.reporting.portrait import USE, WAY, Table, merged, portrait
from twin.engine import Twin
from twin.kpis import kpis
from twin.ledger import Kind, Ledger
from twin.units import DAY


@cache
def played() -> tuple[Twin, Ledger]:
    """Two days of a small town with vans, robovans, drones and carriers."""
    words = ["city=small", "demand.parcels_per_day=60.0", "fleet=mixed", "policies/routing=nearest"]
    twin = twin_of(job_of(composed("config", words)))
    return twin, twin.run()


@cache
def seen(start: int) -> dict[str, Table]:
    """Its portrait from a day on."""
    return portrait(*played(), start)


@pytest.mark.parametrize("start", [0, DAY])
def test_counts_are_those_of_the_key_figures(start: int) -> None:
    """Deliveries, attempts and carbon are all there, whichever way they are divided, with and without a warm-up."""
    values, found = kpis(played()[1], start).values, seen(start)
    assert values["delivered"] > 30
    assert sum(count for (count,) in found["late"].values()) == values["delivered"]
    for name in ("hour", "area", "way"):
        assert sum(row[0] for row in found[name].values()) == values["attempts"]
        assert all(worked <= tried for tried, worked, *_ in found[name].values())
    way = {name: sum(row[place] for row in found["way"].values()) for place, name in enumerate(WAY)}
    assert way["delivered"] == values["delivered"]
    assert way["carbon_mg"] / 1e6 == pytest.approx(values["kgco2e"])
    starts = sum(row[USE.index("tours")] for row in found["fleet"].values())
    assert starts == values["tours"] + values["sorties"]


def test_a_vehicle_is_out_from_its_start_to_its_return() -> None:
    """Seconds out, one vehicle after another, are those from the start of each tour or sortie to the next return."""
    twin, ledger = played()
    since: dict[int, int] = {}
    out: dict[str, int] = {}
    for time, kind, who in ledger.trace.columns()[["time", "kind", "subject"]].tolist():
        moves = kind in (Kind.TOUR, Kind.SORTIE, Kind.HOME)
        mode = twin.facts.kinds[twin.state.units[who].group].mode if moves else None
        if kind in (Kind.TOUR, Kind.SORTIE):
            since[who] = max(time, DAY)
        elif kind == Kind.HOME and mode is not None:
            name = mode.name.lower()
            out[name] = out.get(name, 0) + max(time - since.pop(who), 0)
    assert not since
    found = {mode: row[USE.index("out_s")] for mode, row in seen(DAY)["fleet"].items()}
    assert found == {mode: out.get(mode, 0) // 1000 for mode in found}
    assert sum(seconds > 0 for seconds in found.values()) >= 2


def test_the_parts_of_a_day_fit_into_it() -> None:
    """At stops, at rest and held up are parts of the time out; what is loaded fits."""
    for mode, row in seen(0)["fleet"].items():
        said = dict(zip(USE, row, strict=True))
        assert said["stops_s"] + said["rest_s"] + said["stuck_s"] <= said["out_s"], mode
        assert said["load_g"] <= said["room_g"]
        assert said["parcels"] <= said["room_parcels"]


def test_days_are_those_that_count() -> None:
    """Two runs of one counted day are two days."""
    assert merged([seen(DAY), seen(DAY)])["days"] == {"": [2]}
