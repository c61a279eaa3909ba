"""The evidence register is complete and true to the configuration, in both directions."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.composition import composed
from experiments.confdir import conf_dir, evidence_dir
from experiments.guard import plain
from experiments.provenance import DECISIVE
from experiments.register import evidence_of, general, read, register
from experiments.shipped import NOT_A_NUMBER, canonical, default_settings, leaves_of, names, shipped
from scenarios.spec import Scenario
from tests.coming import TO_COME

GROUPS = sorted({key.partition(".")[0] if "." in key else "run" for key in shipped()} | {"fleet"})
PACKS = sorted((conf_dir() / "scenario").glob("*.yaml"))
OTHERWISE = ("hydra", "vehicle", "fleet", "scenario")
"""Groups whose files are checked as shipped values, as composed fleets, and as packs."""
CHOICES = sorted(path for path in conf_dir().glob("*/*.yaml") if path.parent.name not in OTHERWISE)
FLEETS = sorted((conf_dir() / "fleet").glob("*.yaml"))


def group_of(key: str) -> str:
    """The group of a key of the register."""
    return key.partition(".")[0] if "." in key else "run"


def missing() -> dict[str, list[str]]:
    """Group -> shipped keys without an entry. Of a vehicle and a carrier each key needs one of its own."""
    found = defaultdict(list)
    for key in shipped():
        known = key in register() or (key.startswith(("policies.", "fleet.")) and general(key) in register())
        if not known:
            found[group_of(key)].append(key)
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_every_default_has_an_entry(group: str) -> None:
    """Each key of the shipped configuration has a source and a grade."""
    lacking = missing().get(group, [])
    if lacking and group in TO_COME:
        pytest.skip(f"evidence/{group}.yaml is to come: {len(lacking)} keys, {', '.join(lacking[:5])}, ...")
    assert lacking == []


@pytest.mark.parametrize("path", sorted(evidence_dir().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_entry_is_of_a_key(path: Path) -> None:
    """No entry is left over from a key that is gone: each is of a shipped key, or what several have in common."""
    keys = {*shipped(), *map(general, shipped()), "fleet.operators"}
    assert [key for key in read(path) if key not in keys] == []


def test_no_value_is_vouched_for_by_a_placeholder() -> None:
    """What a kind of vehicle sets has a source of its own, not the word that each kind says its own."""
    said = {key: entry.source for key in shipped() if (entry := evidence_of(key)) is not None}
    assert [key for key, source in said.items() if key.count(".") > 1 and source.startswith("a placeholder")] == []


def outside(values: list[tuple[str, Any]]) -> list[str]:
    """The register's keys whose value is out of its range or not among its choices."""
    return [f"{key}={value}" for key, value in values if (said := evidence_of(key)) and not said.holds(value)]


def test_every_default_is_within_its_range() -> None:
    """Each shipped value, element by element, lies within the range or among the choices."""
    assert outside(list(shipped().items())) == []


@pytest.mark.parametrize("path", CHOICES, ids=lambda path: f"{path.parent.name}={path.stem}")
def test_every_choice_is_within_the_ranges(path: Path) -> None:
    """The other files of a group stay within the ranges too."""
    said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    assert outside([(f"{path.parent.name}.{key}", value) for key, value in leaves_of(said) if key != "defaults"]) == []


@pytest.mark.parametrize("path", FLEETS, ids=lambda path: path.stem)
def test_every_fleet_is_within_the_ranges(path: Path) -> None:
    """How many vehicles a fleet has, and what it changes in their kinds, stays within the ranges."""
    said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    keys = [(key.partition(".")[2], value) for key, value in leaves_of(said) if key != "defaults"]
    assert outside([(f"vehicle.{key[5:]}" if key.startswith("kind.") else f"fleet.{key}", v) for key, v in keys]) == []


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_every_pack_sets_known_keys_within_their_ranges(path: Path) -> None:
    """A scenario pack sets keys that there are, within the range of their evidence."""
    said = dict(leaves_of(yaml.safe_load(path.read_text(encoding="utf-8")) or {}))
    assert set(said) <= {key for key, _ in leaves_of(default_settings())}
    assert outside(list(said.items())) == []


def test_every_group_of_a_scenario_has_a_file() -> None:
    """Each part of a scenario that is a specification of its own has a file of evidence, or is to come."""
    fields = {name for name in Scenario.__annotations__ if isinstance(default_settings().get(name), dict)}
    files = {path.stem for path in evidence_dir().glob("*.yaml")}
    assert fields - files <= TO_COME


def test_the_register_s_keys_are_found_from_the_command_line_s() -> None:
    """A key of a fleet leads to the kind that sets it, or to what all kinds have; one of a policy to that policy."""
    settings = plain(composed("config", ["fleet=evans", "policies/routing=nearest"]).config)
    assert canonical("fleet.evans_early.kind.battery_kwh", settings) == "vehicle.evan.battery_kwh"
    assert canonical("fleet.evans_early.kind.capacity_kg", settings) == "vehicle.van.capacity_kg"
    assert canonical("fleet.evans_early.kind.abort", settings) == "vehicle.abort"
    assert canonical("policies.routing.stakes.fail_usd", settings) == "policies.routing.nearest.stakes.fail_usd"
    assert canonical("carriers.national.loss", settings) == "carriers.national.loss"
    assert all(name in shipped() for key, name, _ in names(settings) if not key.startswith("fleet."))


def test_what_decides_is_shipped() -> None:
    """Each pattern of the numbers that decide most names a shipped key."""
    from fnmatch import fnmatch

    assert [pattern for pattern in DECISIVE if not any(fnmatch(key, pattern) for key in shipped())] == []


def test_where_to_write_needs_no_evidence() -> None:
    """Keys that say where to write and whom to trust are no numbers."""
    assert set(NOT_A_NUMBER) <= set(default_settings())
    assert not set(NOT_A_NUMBER) & set(shipped())
