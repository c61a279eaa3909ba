"""The evidence register: where each default comes from, how good the source is, and how far it may be moved.

One file of ``evidence`` for a group of the configuration, one line for a key. A value is never repeated there: it
lives in ``conf``. A key of one vehicle, carrier or policy (``vehicle.drone.speed_kmh``) takes what it leaves out from
the key without that name (``vehicle.speed_kmh``).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from experiments.confdir import evidence_dir
from twin.errors import InputError
from twin.units import STRICT

GRADES = {
    "A": "a peer-reviewed or government source, seen",
    "B": "trade press or a company's statement, seen",
    "C": "a vendor or a forum: direction only",
    "M": "from memory, to be verified",
    "D": "derived or assumed here",
}
"""Grade -> meaning; a + or - may follow."""
Text = Annotated[str, Field(strict=True, max_length=1_000)]
_OPTIONAL = {"vehicle": 1, "fleet": 1, "carriers": 1, "policies": 2}
"""Group -> the part of a key that names one vehicle, group, carrier or policy, and that evidence may leave out."""


@dataclass(frozen=True, config=STRICT)
class Evidence:
    """What stands behind a default.

    Attributes
    ----------
    unit : str
        Empty for a plain number or a name.
    source : str
    grade : str
        A key of ``GRADES``; a + or - may follow.
    range : tuple of two floats, optional
        Within which a sweep makes sense; holds for each element of a list.
    choices : tuple, optional
        In place of a range.
    note : str
        What else should be known.
    """

    source: Annotated[Text, Field(min_length=4)]
    grade: Annotated[str, Field(strict=True, pattern=r"^[ABCMD][+-]?$")]
    unit: Text = ""
    range: tuple[float, float] | None = None
    choices: tuple[str | int | float | bool, ...] | None = None
    note: Text = ""

    def holds(self, value: Any) -> bool:
        """Whether a value, or each element of a list, lies within the range or among the choices; null always does."""
        if value is None:
            return True
        if isinstance(value, list | tuple):
            return all(self.holds(one) for one in value)
        if self.choices is not None:
            return value in self.choices
        return self.range is None or self.range[0] <= value <= self.range[1]

    @property
    def bounds(self) -> str:
        """The range or the choices as text."""
        if self.choices is not None:
            return " ".join(map(str, self.choices))
        return "" if self.range is None else f"{self.range[0]:g} to {self.range[1]:g}"


def evidence_of(key: str) -> Evidence | None:
    """What the register says of a key, as in ``weather.gust`` or ``vehicle.drone.speed_kmh``; None if nothing."""
    return register().get(key) or register().get(general(key))


def general(key: str) -> str:
    """The key without the name of one vehicle, carrier or policy: ``vehicle.drone.mode`` is ``vehicle.mode``."""
    parts = key.split(".")
    place = _OPTIONAL.get(parts[0], len(parts))
    return ".".join(parts[:place] + parts[place + 1 :])


@cache
def register() -> Mapping[str, Evidence]:
    """Key -> evidence, of all groups.

    Raises
    ------
    InputError
        If a file of evidence says something else than evidence.
    """
    return {key: entry for path in sorted(evidence_dir().glob("*.yaml")) for key, entry in read(path).items()}


def read(path: Path) -> dict[str, Evidence]:
    """Key -> evidence, of one file; keys of ``run.yaml`` have no group before them.

    Raises
    ------
    InputError
        Naming the file and the key.
    """
    try:
        lines = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {' '.join(str(error).split())}; mend the YAML there") from None
    if not isinstance(lines, dict) or not all(isinstance(said, dict) for said in lines.values()):
        raise InputError(
            f"{path}: must hold lines as in  key: {{unit: m, source: ..., grade: D}}; see evidence/run.yaml"
        )
    prefix = "" if path.stem == "run" else f"{path.stem}."
    said = {f"{prefix}{key}": dict(line) for key, line in lines.items()}
    return {key: _entry(path, key, said.get(general(key), {}) | line) for key, line in said.items()}


def _entry(path: Path, key: str, line: dict[str, Any]) -> Evidence:
    try:
        found: Evidence = TypeAdapter(Evidence).validate_python(line)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(map(str, problem["loc"]))
        raise InputError(f"{path}: {key}: {field} {problem['msg'][:1].lower()}{problem['msg'][1:]}; set it") from None
    return found
