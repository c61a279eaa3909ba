"""What a program is told: what the view offers to its port, as plain data."""

from typing import Any

from policies.programs.wire import plain
from twin.entities import Mode
from twin.ports import View

_HOURS = 24


def standing(view: View) -> dict[str, Any]:
    """What does not change during a run; it is told once, with the greeting."""
    areas = range(view.areas)
    return {
        "areas": view.areas,
        "depots": view.depots,
        "skus": view.skus,
        "nearest_depot": [view.nearest_depot(area) for area in areas],
        "zone": [view.zone(area) for area in areas],
        "operation": plain(view.operation),
        "carriers": plain(view.carriers),
    }


def clock(view: View) -> dict[str, Any]:
    """What every question has."""
    knobs = [[knob, key, value] for (knob, key), value in sorted(view.knobs().items())]
    return {"now": view.now, "day": view.day, "weekday": view.weekday, "knobs": knobs}


def routing(view: View) -> dict[str, Any]:
    """The wave, the streets that are disturbed, and how often each mode has succeeded where the stops are."""
    wave = view.dispatch
    if wave is None:
        raise ValueError("a router is asked while there is a wave to plan")
    areas = sorted({stop.area for stop in wave.stops})
    modes = sorted({vehicle.mode for vehicle in wave.vehicles})
    return {
        "dispatch": plain(wave),
        "disruptions": plain(view.disruptions()),
        "success": [[area, mode.name, *view.success(area, mode=mode)] for area in areas for mode in modes],
    }


def promising(view: View, session: Any, slots: Any) -> dict[str, Any]:
    """The session, its slots, what was kept in each window of the day, and the weather foretold."""
    return {
        "session": plain(session),
        "slots": [
            {
                **plain(slot),
                "window_of_day": view.window_index(slot.window),
                "weather": list(view.weather_forecast(slot.window.early, session.area)),
            }
            for slot in slots
        ],
        "slot_records": [list(view.slot_record(window)) for window in range(len(view.operation.windows))],
        "success": list(view.success(session.area)),
        "luck": view.luck(session.id),
    }


def placement(view: View) -> dict[str, Any]:
    """Stock by centre and product, what is sold, and the forecast."""
    mfcs = range(view.depots)
    return {
        "stock": [plain(view.stock(mfc)) for mfc in mfcs],
        "in_transit": [plain(view.in_transit(mfc)) for mfc in mfcs],
        "opening_stock": [plain(view.opening_stock(mfc)) for mfc in mfcs],
        "sold_at": [plain(view.sold_at(mfc)) for mfc in mfcs],
        "orders_by_day": plain(view.orders_by_day()),
        "forecast": plain(view.forecast),
    }


def carriers(view: View, parcel: Any, offers: Any) -> dict[str, Any]:
    """The parcel, the offers, and each carrier's record everywhere and in the area."""
    known = range(len(view.carriers))
    records = [[*view.carrier_record(carrier), *view.carrier_record(carrier, parcel.area)] for carrier in known]
    return {
        "parcel": plain(parcel),
        "offers": plain(offers),
        "carrier_records": records,
        "luck": view.luck(parcel.id),
    }


def recovering(view: View, trouble: Any, remedies: Any) -> dict[str, Any]:
    """The trouble, the remedies, and how often our own fleet has succeeded in the area."""
    return {
        "trouble": plain(trouble),
        "remedies": plain(remedies),
        "success": list(view.success(trouble.parcel.area)),
        "luck": view.luck(trouble.parcel.id, trouble.parcel.attempts),
    }


def notifying(view: View, notice: Any) -> dict[str, Any]:
    """The notice."""
    return {"notice": plain(notice), "luck": view.luck(notice.order, int(notice.cause))}


def forecasting(view: View) -> dict[str, Any]:
    """Parcels ordered, by day and area; today's row is not over."""
    return {"orders_by_day": plain(view.orders_by_day())}


def adapting(view: View) -> dict[str, Any]:
    """Everything that was learnt: by area, mode, hour, carrier and window."""
    areas, known = range(view.areas), range(len(view.carriers))
    return {
        "orders_by_day": plain(view.orders_by_day()),
        "success": [[list(view.success(area, mode=mode)) for mode in Mode] for area in areas],
        "success_by_hour": [[list(view.success(area, hour)) for hour in range(_HOURS)] for area in areas],
        "carrier_records": [[list(view.carrier_record(carrier, area)) for area in areas] for carrier in known],
        "slot_records": [list(view.slot_record(window)) for window in range(len(view.operation.windows))],
        "forecast": plain(view.forecast),
    }
