"""Made-up runs of a study, for tests of what is done with them."""

import numpy as np

from experiments.comparison import Comparison, compared
from experiments.sketch import Sketch
from twin.draws import Draws, Stream

CELLS = ("88261b5121fffff", "88261b5123fffff")
"""Two areas of a city."""


def pictured(seed: int, carrier: str = "national") -> dict[str, dict[str, list[int]]]:
    """What a run looked like: 100 parcels, half of them at noon, by a van and a carrier."""
    return {
        "days": {"": [1]},
        "late": {"-4": [60 + seed % 5], "0": [30 - seed % 5], "9": [10]},
        "hour": {"12": [55, 50 - seed % 3], "18": [60, 50]},
        "area": {CELLS[0]: [90, 80], CELLS[1]: [25, 20]},
        "way": {"van": [85, 70, 70, 65, 20_000_000], carrier: [30, 30, 30, 25, 7_500_000]},
        "fleet": {"van": [2, 64_800, 36_000, 20_000, 3_600, 600, 4, 70, 90_000, 400_000, 500_000, 8_000_000, 640]},
    }


def record(arm: str, seed: int, cost: float, on_time: float = 0.9) -> dict[str, object]:
    """One run of 100 delivered parcels."""
    totals = {
        "cost_total": 100.0 * cost, "cost_labour": 60.0 * cost, "cost_carrier": 40.0 * cost, "delivered": 100.0,
        "on_time_parcels": 100.0 * on_time, "due_parcels": 100.0, "first_successes": 85.0, "first_attempts": 100.0,
        "kgco2e": 30.0, "orders": 90.0, "sessions": 120.0, "contribution": 2400.0 - 100.0 * cost,
    }  # fmt: skip
    ratios = {
        "cost_per_delivered_parcel": cost, "on_time": on_time, "first_attempt_success": 0.85, "kgco2e_per_parcel": 0.3,
        "contribution_per_checkout": 20.0 - cost / 1.2, "late_p95": -12.5,
    }  # fmt: skip
    said = {"arm": arm, "seed": seed, "totals": totals, "values": totals | ratios, "fingerprint": f"{arm}{seed}"}
    return said | {"portrait": pictured(seed)}


def study(costs: dict[str, float], worlds: int = 6, question: str = "Which?", noise: float = 0.02) -> Comparison:
    """Arms with these costs on worlds that share their luck; the first is the baseline."""
    luck = Draws(3).generator(Stream.DUMMY, 0)
    day = np.exp(luck.normal(0.0, 0.2, worlds))
    own = {arm: np.exp(luck.normal(0.0, noise, worlds)) for arm in costs}
    runs = [
        record(arm, seed, cost * day[seed] * own[arm][seed]) for arm, cost in costs.items() for seed in range(worlds)
    ]
    return compared(question, next(iter(costs)), list(costs), runs)


def drawn(modes: tuple[int, ...] = (0, 6)) -> Sketch:
    """A square city with one tour of each mode."""
    x, y = np.array([0.0, 1.0, np.nan, 1.0, 1.0]), np.array([0.0, 0.0, np.nan, 0.0, 1.0])
    dot = (np.array([0.5]), np.array([0.5]))
    return Sketch({0: (x, y), 2: (y, x)}, dot, dot, dict.fromkeys(modes, (x, y)), dict.fromkeys(modes, 3))
