"""Every shipped choice of a scenario composes into one that is accepted."""

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from pydantic import TypeAdapter

from scenarios.build import draw_world
from scenarios.spec import Scenario
from scenarios.weatherstorms import draw_storms, fall
from twin.draws import Draws, Stream
from twin.entities import Mode
from twin.specs import Operation, People, VehicleKind

CONF = Path(__file__).parents[2] / "conf"
PRIMARY = """
defaults:
  - _self_
  - city: default
  - demand: weekday
  - weather: temperate
  - traffic: city
  - incidents: city
  - fleet: vans
  - carriers: two
  - operation: standard
  - people: us
hydra:
  searchpath: ["file://{conf}"]
"""
GROUPS = ("city", "demand", "weather", "traffic", "incidents", "fleet", "carriers", "operation", "people")
CHOICES = [(group, path.stem) for group in GROUPS for path in sorted((CONF / group).glob("*.yaml"))]


@pytest.fixture(scope="module", autouse=True)
def _composer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("primary")
    (folder / "primary.yaml").write_text(PRIMARY.format(conf=CONF))
    with initialize_config_dir(str(folder), version_base="1.3"):
        yield


def settings_of(*overrides: str) -> Any:
    """The composed configuration as plain data."""
    return OmegaConf.to_container(compose("primary", list(overrides)), resolve=True)


@cache
def accepted(*overrides: str) -> Scenario:
    """The scenario that a configuration makes."""
    return TypeAdapter(Scenario).validate_python(settings_of(*overrides))


@pytest.mark.parametrize(("group", "choice"), CHOICES)
def test_each_choice_makes_a_scenario(group: str, choice: str) -> None:
    """Nothing is misspelt, missing or out of range."""
    more = ["city.path=some.city"] if (group, choice) == ("city", "file") else []
    scenario = accepted(f"{group}={choice}", *more)
    assert isinstance(scenario, Scenario)


def said_by(file: str) -> dict[str, Any]:
    """The keys and values of one file."""
    said = OmegaConf.to_container(OmegaConf.load(CONF / file))
    assert isinstance(said, dict)
    return {str(key): value for key, value in said.items()}


VEHICLES = [path for path in sorted((CONF / "vehicle").glob("*.yaml")) if path.stem != "base"]


def test_the_base_vehicle_has_every_key_and_its_default() -> None:
    """So that each key of a vehicle can be set on the command line, and what is left alone is what the class says."""
    base = said_by("vehicle/base.yaml")
    names = [field.name for field in dataclasses.fields(VehicleKind)]
    assert sorted(base) == sorted(names)
    optional = {field.name for field in dataclasses.fields(VehicleKind) if _has_default(field)}
    required = {name: base[name] for name in names if name not in optional}
    assert VehicleKind(**base) == VehicleKind(**required)


def _has_default(field: "dataclasses.Field[object]") -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


@pytest.mark.parametrize("group", [("people", "us", People), ("operation", "standard", Operation)], ids=lambda g: g[0])
def test_the_default_choice_has_every_key_and_its_default(group: tuple[str, str, type]) -> None:
    """The file beside the class says the same as the class, key by key."""
    folder, name, kind = group
    said = said_by(f"{folder}/{name}.yaml")
    assert sorted(said) == sorted(field.name for field in dataclasses.fields(kind))
    assert kind(**said) == kind()


@pytest.mark.parametrize("path", VEHICLES, ids=lambda path: path.stem)
def test_each_vehicle_is_used_by_a_fleet_and_has_its_own_mode(path: Path) -> None:
    """A vehicle's file is named by its mode, and some fleet names it."""
    kinds = [
        group.kind
        for fleet in sorted((CONF / "fleet").glob("*.yaml"))
        if re.search(rf": {path.stem}$", fleet.read_text(), re.MULTILINE)
        for group in accepted(f"fleet={fleet.stem}").fleet.values()
    ]
    assert Mode[path.stem.upper()] in {kind.mode for kind in kinds}


@pytest.mark.parametrize("fleet", ["vans", "vans_drones", "vans_robovans", "mixed"])
def test_each_compared_fleet_works_from_morning_to_the_last_window(fleet: str) -> None:
    """Some vehicle of the streets is on duty at each wave, and until the last window ends."""
    scenario = accepted(f"fleet={fleet}")
    streets = [group.kind for group in scenario.fleet.values() if not group.kind.mode.is_sortie]
    starts = [int(kind.shift_start[:2]) + int(kind.shift_start[3:]) / 60 for kind in streets]
    ends = [start + kind.shift_h for start, kind in zip(starts, streets, strict=True)]
    assert min(starts) <= 9.0
    assert max(ends) >= 20.0


def test_times_are_quoted() -> None:
    """No shipped time of day is a number: YAML reads an unquoted 14:00 as 840."""
    for path in sorted(CONF.glob("*/*.yaml")):
        assert not re.search(r"[:\[,] *\d{1,2}:\d{2}", path.read_text()), path.name


def test_the_default_world_has_about_six_hundred_parcels_bought_a_day() -> None:
    """Candidates x share that buys / room to rise on Mondays, in the mean of twelve worlds: 636 within a tenth."""
    worlds = [draw_world(accepted("weather=calm"), seed) for seed in range(12)]
    room = 1.15 * worlds[0].sessions.ceiling
    bought = sum(len(world.parcels.sku) for world in worlds) / 12 * 0.65 / room
    assert bought == pytest.approx(636.0, rel=0.1)
    assert worlds[0].city.nodes == 2_500


def test_the_manual_s_storms_are_a_choice() -> None:
    """One storm a wet day at any hour, rate and depth of one luck, an even rate; as much in a year as at Newark."""
    spec, days = accepted("weather=hcm").weather, 3_000
    storms = draw_storms(spec, days, np.zeros((1, 2)), Draws(1), Stream.WEATHER)
    begins, hours, hard = storms.reaches[:, 0], storms.hours[:, 0], storms.hard[:, 0]
    assert len(np.unique(begins // 24)) == len(begins) == pytest.approx(0.33 * days, rel=0.05)
    assert np.histogram(begins % 24, bins=4)[0] == pytest.approx(len(begins) / 4, rel=0.15)
    rain = fall(spec, storms, days * 24)[:, 0]
    assert rain.sum() / days * 365 == pytest.approx(1_114.6, rel=0.1)
    alone = np.flatnonzero(
        (begins[1:-1] > (begins + hours)[:-2]) & (begins + hours < np.append(begins[1:], np.inf))[1:-1]
    )
    for storm in alone[:200] + 1:
        fell = rain[int(begins[storm] + 0.5) : int(np.ceil(begins[storm] + hours[storm] - 0.5))]
        assert len(np.unique(fell)) <= 1
    long = (hours > 0.25) & (hours < 24.0)
    assert np.all(np.diff(hours[long][np.argsort(hard[long])]) >= -1e-9)
