"""The configuration page is complete and true: every key with the default that the code has."""

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from experiments.composition import composed
from experiments.confdir import conf_dir
from experiments.config import Options
from experiments.gate.plan import Gate
from experiments.guard import plain
from experiments.hindsight import command as regret
from experiments.sensitivity import flip
from experiments.sensitivity import plan as sensitivity
from experiments.study import OWN, Plan
from experiments.sweeping.plan import OWN as SWEEP
from experiments.sweeping.plan import Way
from scenarios.spec import Scenario
from tests.coming import TO_COME
from tests.tables import cells, page, table
from twin.specs import CarrierSpec, FleetGroup, VehicleKind

MANY = 10
"""Longer lists are not written out."""


def written(value: Any) -> str:
    """A value as the page writes it."""
    if isinstance(value, list | tuple):
        inner = ", ".join(written(one).strip("`") for one in value)
        return f"`[{inner}]`" if len(value) <= MANY else f"{len(value)} values"
    if isinstance(value, bool) or value is None:
        return f"`{'null' if value is None else str(value).lower()}`"
    if isinstance(value, str):
        return f"`'{value}'`" if value[:1].isdigit() else f"`{value}`"
    return f"`{value!r}`"


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key and value of everything."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def defaults(kind: Any, prefix: str) -> dict[str, str]:
    """Dotted key -> default of each field of a specification, ``needed`` when it has none."""
    hints = typing.get_type_hints(kind)
    found: dict[str, str] = {}
    for field in dataclasses.fields(kind):
        inner = hints[field.name]
        if isinstance(inner, type) and dataclasses.is_dataclass(inner) and inner is not VehicleKind:
            found |= defaults(inner, f"{prefix}{field.name}.")
        else:
            missing = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            given = field.default_factory() if callable(field.default_factory) else field.default
            found[f"{prefix}{field.name}"] = "needed" if missing else written(given)
    return found


def shipped(file: Path) -> dict[str, str]:
    """Dotted key -> value of what a shipped file sets."""
    values = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    own = values.get(file.stem, values) if file.parent.name == "carriers" else values
    return {key: written(value) for key, value in flat(own) if key.partition(".")[0] not in ("defaults", "_target_")}


def test_the_keys_of_a_run_are_on_the_page() -> None:
    """Each key of a run and of a comparison stands there with its default."""
    run, compare = plain(composed("config", []).config), plain(composed("compare", []).config)
    names = {field.name for kind in (Options, Scenario) for field in dataclasses.fields(kind)} - set(_groups())
    assert not any(run["programs"].values())
    expected = {name: written(run[name]) for name in names - {"fleet", "carriers"}} | {"programs": "see below"}
    assert table("configuration", "run") == expected
    assert {field.name for field in dataclasses.fields(Plan)} == set(OWN)
    plan = {name: written(compare[name]) for name in OWN if name != "arms"} | {"arms": "see below"}
    assert table("configuration", "compare") == plan
    for arm, words in compare["arms"].items():
        assert f"- `{arm}`: `{' '.join(words)}`" in page("configuration")


def test_the_keys_of_a_check_are_on_the_page() -> None:
    """Each key of a check, and each gate, stands there with its default."""
    check = plain(composed("check", []).config)
    names = {field.name for field in dataclasses.fields(Gate)}
    expected = {name: written(check[name]) for name in names - {"scenarios", "gates"}}
    gates = {f"gates.{name}": written(margin) for name, margin in check["gates"].items()}
    assert table("configuration", "check") == expected | {"scenarios": "see below", "gates": "see below"} | gates
    assert check["scenarios"] == {"default": []}


@pytest.mark.parametrize(
    ("command", "own"), [("sensitivity", sensitivity.OWN), ("flip", flip.OWN), ("regret", regret.OWN)]
)
def test_the_keys_of_a_sensitivity_study_are_on_the_page(command: str, own: tuple[str, ...]) -> None:
    """Each key of its own stands there with its default."""
    values = plain(composed(command, []).config)
    assert table("configuration", command) == {name: written(values[name]) for name in own}


def test_the_keys_of_a_sweep_are_on_the_page() -> None:
    """Each key stands there with the value that is shipped, which is the default in the code."""
    shipped_values = {key: value for key, value in plain(composed("sweep", []).config).items() if key in SWEEP}
    assert table("configuration", "sweep") == {key: written(value) for key, value in flat(shipped_values)}
    assert TypeAdapter(Way).validate_python(shipped_values) == Way()
    assert {field.name for field in dataclasses.fields(Way)} == set(SWEEP)


def _groups() -> dict[str, Any]:
    """Groups that are a specification each."""
    hints = typing.get_type_hints(Scenario)
    return {name: kind for name, kind in hints.items() if dataclasses.is_dataclass(kind)}


@pytest.mark.parametrize("group", sorted(_groups()))
def test_the_keys_of_a_group_are_on_the_page(group: str) -> None:
    """Each key of a specification stands there with the value that a run has by default."""
    composed_values = dict(flat({group: plain(composed("config", []).config)[group]}))
    expected = defaults(_groups()[group], f"{group}.") | {key: written(v) for key, v in composed_values.items()}
    assert table("configuration", group) == expected


def test_the_keys_of_fleets_and_carriers_are_on_the_page() -> None:
    """Each key of a group of vehicles, of a kind, and of a carrier stands there with its default."""
    assert table("configuration", "fleet") == defaults(FleetGroup, "fleet.NAME.")
    assert table("configuration", "vehicle") == defaults(VehicleKind, "")
    carrier = defaults(CarrierSpec, "carriers.NAME.")
    assert table("configuration", "carriers") == {key: v for key, v in carrier.items() if not key.endswith(".name")}


def _files() -> list[str]:
    """Groups' files that have a table of their own: those that set what a kind, a carrier or a policy is."""
    files = [*(conf_dir() / "vehicle").glob("*.yaml"), *(conf_dir() / "policies").rglob("*.yaml")]
    files += [file for file in (conf_dir() / "carriers").glob("*.yaml") if shipped(file)]
    return sorted(file.relative_to(conf_dir()).as_posix() for file in files if file.stem != "base")


@pytest.mark.parametrize("name", _files())
def test_the_values_of_a_file_are_on_the_page(name: str) -> None:
    """What a shipped kind, carrier or policy sets stands there, value by value."""
    group, _, option = name.removesuffix(".yaml").rpartition("/")
    assert f"### {group}={option}\n" in page("configuration")
    assert table("configuration", f"{group}={option}") == shipped(conf_dir() / name)


def test_every_choice_is_on_the_page() -> None:
    """Each file of each group is named with its group."""
    files = [file.relative_to(conf_dir()).with_suffix("").as_posix() for file in conf_dir().rglob("*/*.yaml")]
    choices = [file.rpartition("/") for file in files if not file.startswith("hydra/") and file != "vehicle/base"]
    assert [f"{group}={name}" for group, _, name in choices if f"{group}={name}" not in page("configuration")] == []


_GRADED = re.compile(r"\([^()]*\b[ABCDM][+-]?(/[ABCDM])?\b[^()]*\)")


def test_sources_stand_in_the_register_alone() -> None:
    """No row grades a source: the register does, and a page that did so too would come to differ from it."""
    graded = [row[0].strip("`") for _, row in cells("configuration") if _GRADED.search(row[-1])]
    assert [key for key in graded if key.partition(".")[0] not in TO_COME] == []


def test_every_key_is_explained() -> None:
    """No row is without a word on what it is or where it comes from."""
    assert [row[0] for _, row in cells("configuration") if not row[-1]] == []
