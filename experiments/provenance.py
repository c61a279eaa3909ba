"""Where the numbers of a result come from: what differs from the default, and what decides most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from experiments.config import Job
from experiments.evidence import Line
from experiments.register import evidence_of
from experiments.setby import set_by
from experiments.shipped import default_settings, names, shipped, usual
from experiments.tabulate import fields

DECISIVE = (
    *("demand.parcels_per_day", "demand.peak"),
    *("vehicle.*.vehicles_per_operator", "vehicle.*.capex_usd", "vehicle.*.life_days"),
    *("vehicle.drone.limits.wind_mps", "vehicle.drone.limits.rain_mmh", "vehicle.drone.radius_km"),
    *("people.service_s", "people.parking_s", "people.safe_place"),
    *("vehicle.robovan.handoff", "people.handoff_wait_min"),
    *("policies.routing.*.stakes.fail_usd", "people.utility_hour", "people.late_propensity"),
    *("vehicle.*.wage_usd_h", "vehicle.*.burden", "carriers.*.on_time", "carriers.*.base_usd"),
    *("traffic.feel.sensitivity", "operation.grid_kgco2_kwh", "vehicle.drone.kwh_km"),
)
"""What a study of autonomy should vary first: screening of closed-form costs over the ranges of the register (D)."""


@dataclass(frozen=True)
class Moved:
    """One number behind a result.

    Attributes
    ----------
    values : dict
        Arm -> value; an arm that does not have the key is left out.
    default : any
        What is shipped; None where nothing is.
    set_by : dict
        Arm -> what set it, where it is not the default.
    """

    key: str
    values: dict[str, Any]
    default: Any
    name: str
    changed: bool
    set_by: dict[str, str] = field(default_factory=dict)

    @property
    def line(self) -> Line:
        """The number as ``twin evidence`` shows it, with the value of the first arm that has it."""
        return Line(self.key, next(iter(self.values.values()), None), evidence_of(self.name), self.changed)

    @property
    def is_choice(self) -> bool:
        """Whether it is a choice between policies or carriers, and no number."""
        return self.key == "carriers" or self.key.startswith("policies/")

    @property
    def outside(self) -> bool:
        """Whether any arm's value lies outside of the range."""
        said = evidence_of(self.name)
        return said is not None and not all(said.holds(value) for value in self.values.values())


def moved(jobs: Mapping[str, Job]) -> list[Moved]:
    """The numbers that differ from the default in any arm, then those in use that decide most."""
    own = {arm: {key: (name, value) for key, name, value in names(job.plain)} for arm, job in jobs.items()}
    found = [_choice(key, jobs) for key in _choices(jobs)]
    for key in dict.fromkeys(key for keys in (*own.values(), _sizes()) for key in keys):
        values = {arm: keys[key][1] for arm, keys in own.items() if key in keys}
        name = next((keys[key][0] for keys in own.values() if key in keys), key)
        default = usual(key, name)
        gone = key in _sizes() and len(values) < len(jobs)
        if gone or any(value != default for value in values.values()):
            found.append(Moved(key, values, default, name, True, _set_by(key, jobs, values, default)))
    seen = {one.name for one in found}
    used = {name: value for keys in own.values() for name, value in keys.values() if name not in seen}
    decisive = [name for pattern in DECISIVE for name in used if fnmatch(name, pattern)]
    for name in dict.fromkeys(decisive):
        values = {
            arm: used[name] for arm, keys in own.items() if any(own_name == name for own_name, _ in keys.values())
        }
        found.append(Moved(name, values, shipped().get(name), name, changed=False))
    return found


def _sizes() -> dict[str, Any]:
    """How many vehicles there are of each group of the default fleet: an arm without them differs."""
    return {key: value for key, value in shipped().items() if key.startswith("fleet.") and key.endswith(".count")}


def _choices(jobs: Mapping[str, Job]) -> list[str]:
    """The policies and lists of carriers that differ from the default's in any arm."""
    default = _chosen(default_settings())
    return [key for key in default if any(_chosen(job.plain)[key] != default[key] for job in jobs.values())]


def _choice(key: str, jobs: Mapping[str, Job]) -> Moved:
    values = {arm: _chosen(job.plain)[key] for arm, job in jobs.items()}
    default = _chosen(default_settings())[key]
    return Moved(key, values, default, key, True, _set_by(key.replace("/", "."), jobs, values, default))


def _set_by(key: str, jobs: Mapping[str, Job], values: Mapping[str, Any], default: Any) -> dict[str, str]:
    return {arm: set_by(job.origin, key) for arm, job in jobs.items() if values.get(arm, key) != default}


def _chosen(settings: Mapping[str, Any]) -> dict[str, str]:
    ports = {
        f"policies/{port}": ".".join(str(policy.get("_target_", "")).split(".")[-2:-1])
        for port, policy in settings.get("policies", {}).items()
    }
    return {**ports, "carriers": " ".join(sorted(settings.get("carriers", {}))) or "none"}


def as_json(found: list[Moved]) -> list[dict[str, Any]]:
    """For a manifest: each number with its value or values, default, range, source and grade."""
    return [_entry(one) for one in found]


def _entry(one: Moved) -> dict[str, Any]:
    said = fields(one.line)
    said["default"] = one.default
    said["changed"] = one.changed
    if one.set_by:
        said["set_by"] = next(iter(one.set_by.values())) if len(set(one.set_by.values())) == 1 else one.set_by
    if len(one.values) != 1:
        del said["value"]
        said["values"] = one.values
    return said


def grades(job: Job) -> dict[str, int]:
    """How many numbers that a run uses are of each grade; those of the user's own are under ``own``."""
    count: dict[str, int] = {}
    for key, name, value in {name: (key, name, value) for key, name, value in names(job.plain)}.values():
        said = evidence_of(name)
        grade = said.grade[0] if said and usual(key, name) == value else "own"
        count[grade] = count.get(grade, 0) + 1
    return dict(sorted(count.items()))
