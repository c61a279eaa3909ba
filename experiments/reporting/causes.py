"""What planning between the waves changed, read from the ledger: counted by its cause, and in words."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.wording import figure
from twin.engine import Twin
from twin.entities import Trigger
from twin.ledger import Kind, Ledger
from twin.units import DAY, hhmm

Rows = NDArray[np.void]
Change = Mapping[str, Any]

WHY = {
    Trigger.ORDER: "an order was packed",
    Trigger.CANCELLED: "a customer withdrew an order",
    Trigger.CLOSURE: "a street was closed, or opened again",
    Trigger.TRAFFIC: "traffic had changed",
    Trigger.WEATHER: "the weather had turned",
    Trigger.BREAKDOWN: "a vehicle had broken down",
    Trigger.LATE: "a driver was behind the plan",
    Trigger.HOME: "a vehicle was home",
}
"""Trigger -> the reason in words; drones and robots are launched without a plan to change."""
COUNTED = ("plans", "new_tours", "tours", "stops", "sooner_s", "saves_usd6")
"""Of each trigger: plans that changed something, tours that set out, tours changed under way, stops that moved, seconds
earlier home and micro-dollars saved, as the router expected."""


def by_trigger(rows: Rows) -> dict[str, list[int]]:
    """Trigger -> :data:`COUNTED` of a run, of events that count, and ``all``.

    A plan with several causes is a plan of each, and one of all; a tour has one cause.
    """
    found: dict[str, list[int]] = {}

    def count(trigger: int, *counts: int) -> None:
        for name in (Trigger(trigger).name.lower(), "all"):
            found[name] = [a + b for a, b in zip(found.get(name, [0] * len(counts)), counts, strict=True)]

    moved = 0
    for _, kind, cause, _, actor, place, value in rows[np.isin(rows["kind"], _CHANGES)].tolist():
        if kind == Kind.RETOURED:
            moved += 1
            count(cause, 0, 0, 1, actor, place, value)
        else:
            count(_of_the_floor(actor), 0, place - moved, 0, 0, 0, 0)
            moved = 0
            for trigger in WHY:
                if actor >> trigger & 1:
                    count(trigger, 1, 0, 0, 0, 0, 0)
    if found:
        found["all"][0] = int(np.count_nonzero(rows["kind"] == Kind.REPLANNED))
    return {name: counts for name, counts in found.items() if any(counts)}


_CHANGES = (Kind.RETOURED, Kind.REPLANNED)


def _of_the_floor(mask: int) -> int:
    """Of a plan's causes that for which vehicles at home set out: what came to the floor, or who came home."""
    causes = [trigger for trigger in WHY if mask >> trigger & 1]
    return next((cause for cause in (Trigger.ORDER, Trigger.HOME) if cause in causes), min(causes))


def changes(twin: Twin, ledger: Ledger, start: int) -> list[dict[str, Any]]:
    """The tours that were changed under way on the first day that counts, in order; plain data.

    Each has ``time``, ``vehicle``, ``depot``, ``trigger``, ``moved`` of ``ahead`` stops, ``sooner_s`` and
    ``saves_usd6``; or, of tours that set out between the waves, ``depot``, ``trigger`` and ``tours``.
    """
    trace = ledger.trace.columns()
    kinds = (Kind.TOUR, Kind.SERVED, Kind.HOME, *_CHANGES)
    rows = trace[np.isin(trace["kind"], kinds) & (trace["time"] < start + DAY)]
    return [change for change in _told(twin, rows) if change["time"] >= start]


def _told(twin: Twin, rows: Rows) -> Iterator[dict[str, Any]]:
    ahead: dict[int, int] = {}
    moved = 0
    for time, kind, cause, subject, actor, place, value in rows.tolist():
        if kind == Kind.TOUR:
            ahead[subject] = actor
        elif kind == Kind.SERVED:
            ahead[subject] = ahead.get(subject, 0) - 1
        elif kind == Kind.HOME:
            ahead.pop(subject, None)
        elif kind == Kind.RETOURED:
            moved += 1
            about = {"depot": twin.state.units[subject].depot, "trigger": cause, "ahead": max(ahead.get(subject, 0), 0)}
            yield about | {"time": time, "vehicle": subject, "moved": actor, "sooner_s": place, "saves_usd6": value}
        else:
            if place > moved:
                yield {"time": time, "depot": subject, "trigger": _of_the_floor(actor), "tours": place - moved}
            moved = 0


def in_words(change: Change) -> str:
    """A change as a sentence: when, who, why, what, and what it was expected to save."""
    why = WHY.get(Trigger(change["trigger"]), "something had happened")
    when, depot = hhmm(change["time"]).rpartition(" ")[2], change["depot"]
    if "tours" in change:
        count = "a tour sets" if change["tours"] == 1 else f"{change['tours']} tours set"
        return f"{when}, depot {depot}: because {why}, {count} out before the next wave."
    stops = "1 stop" if change["moved"] == 1 else f"{change['moved']} stops"
    ahead = f" of {change['ahead']} ahead" if change["ahead"] >= change["moved"] else ""
    minutes = change["sooner_s"] / 60
    home = "no sooner" if round(minutes) == 0 else f"{abs(minutes):.0f} min {'sooner' if minutes > 0 else 'later'}"
    saves = figure(change["saves_usd6"] / 1e6, "USD")
    return (
        f"{when}, vehicle {change['vehicle']} of depot {depot}: because {why}, {stops}{ahead} moved; "
        f"expected home {home}, saving {saves} USD."
    )
