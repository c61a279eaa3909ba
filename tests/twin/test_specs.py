"""Specifications are checked at construction: a wrong value is named with its key, never taken."""

from dataclasses import MISSING, fields
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import ValidationError

from scenarios.toyfleet import toy_carrier, toy_kind
from twin.entities import Mode
from twin.specs import CarrierSpec, Feel, FleetGroup, Limits, Operation, People, VehicleKind

VAN: dict[str, Any] = {
    "mode": "van", "capacity_kg": 800.0, "capacity_l": 8000.0, "capacity_parcels": 120,
    "speed_kmh": (40.0, 50.0, 60.0, 90.0), "fixed_usd_day": 60.0, "running_usd_km": 0.28, "wage_usd_h": 23.0,
}  # fmt: skip
WHOLE: dict[type, dict[str, Any]] = {
    VehicleKind: VAN,
    CarrierSpec: {"name": "post", "base_usd": 6.0, "per_kg_usd": 0.5},
    FleetGroup: {"kind": toy_kind(), "count": 2},
    Operation: {},
    People: {},
    Feel: {},
    Limits: {},
}
"""What each class needs at least."""


def default(spec: type, name: str) -> Any:
    """The value that a field has in a whole specification."""
    return getattr(spec(**WHOLE[spec]), name)


def numbers() -> list[tuple[type, str]]:
    """Every field that must hold a single number."""
    return [
        (spec, field.name)
        for spec in WHOLE
        for field in fields(spec)
        if type(default(spec, field.name)) in (int, float)
        and type(None) not in get_args(get_type_hints(spec)[field.name])
    ]


@pytest.mark.parametrize(("spec", "name"), numbers(), ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True, None], ids=str)
def test_a_number_is_a_finite_number(spec: type, name: str, value: object) -> None:
    """NaN, infinity, text, yes/no and nothing are refused everywhere; the error names the key."""
    with pytest.raises(ValidationError) as error:
        spec(**{**WHOLE[spec], name: value})
    assert name in str(error.value)


MAY_BE_NEGATIVE = {(Limits, "coldest_c"), (Limits, "hottest_c"), (People, "utility_width")}


@pytest.mark.parametrize(
    ("spec", "name"),
    [pair for pair in numbers() if pair not in MAY_BE_NEGATIVE],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_no_quantity_is_negative(spec: type, name: str) -> None:
    """Costs, times, capacities and shares below 0 are refused by name."""
    with pytest.raises(ValidationError, match=name):
        spec(**{**WHOLE[spec], name: -1 if type(default(spec, name)) is int else -0.5})


@pytest.mark.parametrize("spec", list(WHOLE), ids=lambda spec: spec.__name__)
def test_an_unknown_key_is_refused(spec: type) -> None:
    """A misspelt key is not passed over."""
    with pytest.raises(ValidationError, match="capacty"):
        spec(**{**WHOLE[spec], "capacty": 1.0})


@pytest.mark.parametrize("spec", list(WHOLE), ids=lambda spec: spec.__name__)
def test_what_has_no_default_must_be_said(spec: type) -> None:
    """Leaving out a key without a default is an error that names it."""
    needed = [f.name for f in fields(spec) if f.default is MISSING and f.default_factory is MISSING]
    for name in needed:
        with pytest.raises(ValidationError, match=name):
            spec(**{key: value for key, value in WHOLE[spec].items() if key != name})
    assert set(needed) <= set(WHOLE[spec])


@pytest.mark.parametrize("spec", list(WHOLE), ids=lambda spec: spec.__name__)
def test_a_specification_does_not_change(spec: type) -> None:
    """Once checked it is frozen."""
    whole = spec(**WHOLE[spec])
    with pytest.raises(AttributeError):
        setattr(whole, fields(spec)[0].name, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mode": "zeppelin"}, "is not one of van, evan"),
        ({"capacity_kg": -3.0}, "capacity_kg"),
        ({"shift_h": 12.0}, "max_duty_h"),
        ({"shift_start": "14:00"}, "must end by 24:00"),
        ({"battery_kwh": 50.0, "charge_kw": 11.0}, "kwh_km"),
        ({"battery_kwh": 50.0, "kwh_km": 0.2}, "charge_kw"),
        ({"wage_usd_h": 0.0}, "wage_usd_h"),
        ({"mode": "drone", "wage_usd_h": 0.0}, "battery_kwh"),
        ({"assist_km": 5.0}, "vehicles_per_operator"),
        ({"speed_kmh": (40.0, 50.0, 60.0)}, "speed_kmh"),
        ({"speed_kmh": (0.0, 50.0, 60.0, 90.0)}, "speed_kmh"),
        ({"shift_start": 840}, "shift_start"),
        ({"shift_start": "8:5"}, "shift_start"),
        ({"reserve": 1.5}, "reserve"),
        ({"burden": 0.5}, "burden"),
    ],
    ids=str,
)
def test_a_vehicle_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    """Each value alone and those that must fit together; the message names the key to set."""
    with pytest.raises(ValidationError, match=message):
        VehicleKind(**{**VAN, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"waves": ()}, "waves"),
        ({"waves": ("13:00", "09:00")}, "waves"),
        ({"waves": ("09:00", "9:00")}, "waves"),
        ({"waves": ("09:00", "24:00")}, "waves"),
        ({"windows": (("10:00", "14:00"), ("10:00", "14:00"))}, "windows"),
        ({"waves": ("14.00",)}, "waves"),
        ({"waves": (840,)}, "waves"),
        ({"windows": (("14:00", "14:00"),)}, "windows"),
        ({"windows": (("18:00", "14:00"),)}, "windows"),
        ({"windows": (("06:00", "08:00"),)}, "before the first wave"),
        ({"pick_hours": ("20:00", "06:00")}, "pick_hours"),
        ({"promise_days": 0}, "promise_days"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"pickers": 0}, "pickers"),
        ({"phantom": 1.1}, "phantom"),
    ],
    ids=str,
)
def test_an_operation_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    """Waves rise, windows are windows, hours end after they begin."""
    with pytest.raises(ValidationError, match=message):
        Operation(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"presence_weekday": (0.5,) * 23}, "presence_weekday"),
        ({"presence_weekday": (1.5,) * 24}, "presence_weekday"),
        ({"handoff_wait_min": (2.0, 2.0, 2.0)}, "handoff_wait_min"),
        ({"handoff_wait_min": (9.0, 2.0, 3.0)}, "handoff_wait_min"),
        ({"office_hours": ("18:00", "08:00")}, "office_hours"),
        ({"contact_mix": (0.5, 0.5)}, "contact_mix"),
        ({"segments": (0.5, 0.25, 0.15)}, "must sum to 1"),
    ],
    ids=str,
)
def test_people_who_cannot_be_are_refused(changes: dict[str, Any], message: str) -> None:
    """Shares are shares, tables have 24 hours, times rise."""
    with pytest.raises(ValidationError, match=message):
        People(**changes)


def test_ways_to_get_in_touch_are_all_ways() -> None:
    """Person, chat and self-service share all contacts, so their shares sum to 1."""
    with pytest.raises(ValidationError, match="contact_mix"):
        People(contact_mix=(0.9, 0.9, 0.9))


@pytest.mark.parametrize("name", ["", "Post", "p ost", "9post", "p" * 50, "../post", "post\n", "=cmd"])
def test_a_carrier_s_name_is_a_plain_word(name: str) -> None:
    """It stands in files and reports, so nothing but small letters, digits, - and _."""
    with pytest.raises(ValidationError, match="name"):
        toy_carrier(name)


def test_modes_are_read_by_name() -> None:
    """As configurations write them, in small letters or not."""
    assert [VehicleKind(**{**VAN, "mode": name}).mode for name in ("van", "BIKE", Mode.CAR)] == [
        Mode.VAN,
        Mode.BIKE,
        Mode.CAR,
    ]


def test_limits_are_in_order() -> None:
    """Colder than the hottest."""
    with pytest.raises(ValidationError, match="coldest_c"):
        Limits(coldest_c=30.0, hottest_c=10.0)
