"""The toy world's vehicles and people: nothing breaks, everybody is at home, unless a test asks otherwise."""

from dataclasses import replace
from typing import Any

from twin.entities import Mode
from twin.specs import CarrierSpec, FleetGroup, Operation, People, VehicleKind

_STREETS: dict[str, Any] = {"speed_kmh": (40.0, 50.0, 60.0, 90.0), "breakdown_km": 0.0}
_CREWED: dict[str, Any] = {**_STREETS, "wage_usd_h": 23.0}
_BATTERY: dict[str, Any] = {"battery_kwh": 68.0, "kwh_km": 0.3, "charge_kw": 11.0}
_SORTIE: dict[str, Any] = {"capacity_parcels": 1, "breakdown_km": 0.0, "fixed_usd_day": 40.0, "running_usd_km": 0.1}
_KINDS: dict[Mode, dict[str, Any]] = {
    Mode.VAN: {
        **_CREWED, "capacity_kg": 800.0, "capacity_l": 8_000.0, "capacity_parcels": 120, "fixed_usd_day": 60.0,
        "running_usd_km": 0.28, "gco2_km": 270.0,
    },
    Mode.EVAN: {
        **_CREWED, **_BATTERY, "capacity_kg": 800.0, "capacity_l": 8_000.0, "capacity_parcels": 120,
        "fixed_usd_day": 70.0, "running_usd_km": 0.05,
    },
    Mode.BIKE: {
        **_CREWED, "speed_kmh": (18.0, 18.0, 18.0, 18.0), "capacity_kg": 100.0, "capacity_l": 1_000.0,
        "capacity_parcels": 30, "fixed_usd_day": 18.0, "running_usd_km": 0.02,
    },
    Mode.CAR: {
        **_CREWED, "capacity_kg": 200.0, "capacity_l": 800.0, "capacity_parcels": 25, "fixed_usd_day": 25.0,
        "running_usd_km": 0.3, "gco2_km": 180.0,
    },
    Mode.ROBOVAN: {
        **_STREETS, **_BATTERY, "battery_kwh": 40.0, "capacity_kg": 500.0, "capacity_l": 5_000.0,
        "capacity_parcels": 60, "fixed_usd_day": 50.0, "running_usd_km": 0.05, "vehicles_per_operator": 8,
        "handoff": 1.0,
    },
    Mode.ROBOT: {
        **_SORTIE, "speed_kmh": (5.4, 5.4, 5.4, 5.4), "capacity_kg": 10.0, "capacity_l": 40.0, "battery_kwh": 1.2,
        "kwh_km": 0.05, "charge_kw": 0.5, "radius_km": 3.0, "detour": 1.3, "vehicles_per_operator": 5,
        "mass_kg": 35.0,
    },
    Mode.DRONE: {
        **_SORTIE, "speed_kmh": (90.0, 90.0, 90.0, 90.0), "capacity_kg": 2.3, "capacity_l": 12.0, "battery_kwh": 0.8,
        "charge_kw": 1.0, "radius_km": 9.0, "vehicles_per_operator": 12,
    },
}  # fmt: skip


def toy_kind(mode: Mode = Mode.VAN, **changes: Any) -> VehicleKind:
    """A vehicle of this mode that never breaks down, fails or aborts; ``changes`` replace its values."""
    return VehicleKind(mode=mode, **{**_KINDS[mode], **changes})


def toy_fleet(**counts: int) -> tuple[FleetGroup, ...]:
    """So many vehicles by the mode's name: ``toy_fleet(van=2, drone=4)``."""
    return tuple(FleetGroup(toy_kind(Mode[name.upper()]), count) for name, count in counts.items())


def toy_carrier(name: str = "regional", **changes: Any) -> CarrierSpec:
    """A carrier that is nearly always on time; ``changes`` replace its values."""
    plain: dict[str, Any] = {"base_usd": 6.0, "per_kg_usd": 0.5, "on_time": 0.999, "first_attempt": 1.0, "loss": 0.0}
    return CarrierSpec(name=name, **{**plain, **changes})


def certain_people(**changes: Any) -> People:
    """Customers who buy, are at home, open the door, and take the median time to do so."""
    plain: dict[str, Any] = {
        "presence_weekday": (1.0,) * 24,
        "presence_weekend": (1.0,) * 24,
        "office_hours": ("0:00", "24:00"),
        "presence_sigma": 0.0,
        "no_access": (0.0,) * 5,
        "bad_address": 0.0,
        "service_cv": (0.0,) * 5,
        "parking_cv": 0.0,
        "walk_cv": 0.0,
        "driver_sigma": 0.0,
        "driver_pace_cv": 0.0,
        "familiar": 0.0,
        "handoff_hour": (1.0,) * 24,
        "handoff_wait_hour": (1.0,) * 24,
        "drop_point": (1.0,) * 5,
        "reach": (1.0, 1.0, 1.0),
        "contact": 0.0,
        "withdrawn": 0.0,
        "utility_base": (60.0, 60.0, 60.0),
    }
    return People(**{**plain, **changes})


def certain_operation(operation: Operation | None = None) -> Operation:
    """The same with six products, room for 400 parcels a window, picks of median time, and nothing forgotten."""
    for_ever = 1e18
    return replace(
        operation or Operation(),
        skus=6,
        slot_parcels=400,
        phantom=0.0,
        pick_cv=0.0,
        memory_days=for_ever,
        promise_memory_days=for_ever,
        live_traffic=0.0,
    )
