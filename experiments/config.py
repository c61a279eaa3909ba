"""From a configuration as plain data to checked objects. Knows nothing of Hydra: workers import it too."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.origin import Origin
from experiments.problems import input_error
from experiments.resolve import policies_from
from experiments.suggest import did_you_mean
from scenarios.spec import Scenario
from twin.errors import InputError
from twin.ports import PORTS, Policies
from twin.units import DAY, STRICT, clock, hhmm

_UNTIL = re.compile(r"^(?:(\d{1,3})d )?(\d{1,2}:\d{2})$")
NOT_HASHED = ("out", "overwrite", "plugins", "programs")
"""Says where to write and whom to trust, not what happens."""
FILE_KEYS = ("city.path", "demand.orders", "traffic.volumes", "weather.records")
"""Keys that name a data file."""
Text = Annotated[str, Field(strict=True, max_length=4096)]


@checked(frozen=True, config=STRICT)
class Options:
    """What a command is told beside the scenario and the policies."""

    seed: Annotated[int, Field(strict=True, ge=0, lt=1 << 63)] = 1
    warmup_days: Annotated[int, Field(strict=True, ge=0, le=364)] | None = None
    """Days at the beginning that key figures leave out; left out, the first, unless it is the only one."""
    until: Text | None = None
    """``"HH:MM"``, or ``"2d 14:00"`` for the day after tomorrow: stop there and keep a snapshot."""
    out: Text | None = None
    """The folder to write; left out, one named by the time below ``outputs``."""
    overwrite: Annotated[bool, Field(strict=True)] = False
    plugins: tuple[Text, ...] = ()
    """Packages of policies that are trusted beside the installed plug-ins."""
    programs: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """Port -> the words of the program that decides there, when its policy is an external one."""


@dataclass(frozen=True)
class Job:
    """One run, checked.

    Attributes
    ----------
    plain : dict
        The resolved configuration as plain data.
    until : int or None
        Milliseconds since the first midnight.
    """

    plain: dict[str, Any]
    origin: Origin
    scenario: Scenario
    policies: Policies
    options: Options
    until: int | None

    @property
    def warmup(self) -> int:
        """When the key figures begin to count; a run that stops before is counted from its first midnight."""
        days = self.options.warmup_days
        start = (min(1, self.scenario.days - 1) if days is None else days) * DAY
        return start if self.until is None or self.until > start else 0

    @property
    def counted(self) -> str:
        """The part of the run that the key figures count, in words."""
        first, days = self.warmup // DAY + 1, self.scenario.days
        if self.until is not None:
            part = f"{hhmm(self.warmup)} to {hhmm(self.until)}"
        else:
            part = f"day {days} of {days}" if first == days else f"days {first} to {days} of {days}"
        return part if self.warmup else f"{part}, beginning with empty floors"

    @property
    def sha256(self) -> str:
        """Digest of what decides the outcome of the run."""
        return settings_sha256(self.plain)


def settings_sha256(settings: dict[str, Any]) -> str:
    """Digest of what decides the outcome of a run."""
    return sha256_of({key: value for key, value in settings.items() if key not in NOT_HASHED and value is not None})


def sha256_of(value: Any) -> str:
    """Digest of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def job_from(settings: dict[str, Any], origin: Origin | None = None) -> Job:
    """Check a configuration that is plain data.

    Raises
    ------
    InputError
        Naming the file, the key, the value and the fix.
    """
    origin = origin or Origin()
    known = [*_names(Scenario), *_names(Options), "policies"]
    for key in settings:
        if key not in known:
            raise InputError(f"{origin.where(key)}: {key} is not known; {did_you_mean(key, known)}")
    scenario = _checked(Scenario, settings, origin)
    options = _checked(Options, settings, origin)
    if options.warmup_days is not None and options.warmup_days >= scenario.days:
        said = f"{origin.where('warmup_days')}: warmup_days(={options.warmup_days})"
        raise InputError(f"{said} leaves nothing to count of days(={scenario.days}); set fewer, or more days")
    if (path := scenario.city.path) is not None:
        _check_path(f"{origin.where('city.path')}: city.path(={path})", path)
    policies = settings.get("policies")
    if not isinstance(policies, dict):
        raise InputError(
            f"{origin.where('policies')}: policies must hold one policy for each port; see twin run --help"
        )
    return Job(
        plain=settings,
        origin=origin,
        scenario=scenario,
        policies=policies_from(trusting(policies, options.programs, origin.where), options.plugins, origin.where),
        options=options,
        until=_until(options.until, scenario.days),
    )


def trusting(
    named: dict[str, Any], programs: Mapping[str, Sequence[str]], where: Callable[[str], str]
) -> dict[str, Any]:
    """The policies as they are named, unless one would run a program that ``programs`` does not name.

    Raises
    ------
    InputError
        If so, or if ``programs`` names what is no port.
    """
    for port in programs:
        if port not in PORTS:
            raise InputError(f"{where(f'programs.{port}')}: programs.{port} is not a port; {did_you_mean(port, PORTS)}")
    for port, given in named.items():
        if not isinstance(given, dict) or not str(given.get("_target_")).startswith("policies."):
            continue  # what a plug-in may do is between it and who trusts it
        if "command" in given and list(given["command"] or ()) != list(programs.get(port, ())):
            raise InputError(
                f"{where(f'policies.{port}')}: policies.{port}.command runs code, so it is named on the command line "
                f"only; leave it as it is, and add programs.{port}=[...]"
            )
    return named


def _checked(kind: Any, settings: dict[str, Any], origin: Origin) -> Any:
    part = {name: settings[name] for name in _names(kind) if name in settings}
    try:
        return TypeAdapter(kind).validate_python(part)
    except ValidationError as error:
        raise input_error(error, kind, origin.where) from None


def _check_path(said: str, path: str) -> None:
    """Refuse what would be read for ever, and a home folder that nobody has written out."""
    if path.startswith("~"):
        raise InputError(f"{said}: ~ is written out on the command line only; write the home folder out")
    if Path(path).exists() and not Path(path).is_file():
        raise InputError(f"{said} is no file; give the path of a compiled city")


def _names(kind: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


def _until(text: str | None, days: int) -> int | None:
    if text is None:
        return None
    match = _UNTIL.match(text)
    try:
        time = int(match[1] or 0) * DAY + clock(match[2]) if match else -1
    except ValueError:
        time = -1
    if not 0 < time < days * DAY:
        raise InputError(
            f"until(={text!r}) must be a time within the {days} day(s) of the run; "
            "write until=14:00, or until='2d 14:00'"
        )
    return time


def data_files(job: Job) -> dict[str, str]:
    """Key -> SHA-256 of each file that the configuration names."""
    return {key: file_sha256(key, Path(path)) for key, path in named_files(job).items()}


def named_files(job: Job) -> dict[str, str]:
    """Key -> each file that the configuration names."""
    named = {key: attrgetter(key)(job.scenario) for key in FILE_KEYS}
    return {key: path for key, path in named.items() if path}


def file_sha256(key: str, path: Path) -> str:
    """Digest of a file that a key names.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{key}(={path}) cannot be read ({error.strerror}); check the path") from None
