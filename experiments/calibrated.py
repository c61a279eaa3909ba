"""What a calibration writes: a choice of a configuration group that sets the fitted keys and no others."""

import math
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from experiments.composition import composed, job_of
from experiments.confdir import conf_dir
from experiments.suggest import did_you_mean
from scenarios.calibration.fit import Fit
from twin.errors import InputError
from twin.files import replacing

DIGITS = 5
"""Significant digits of a value: more than any of these fits can tell."""


class _Plain(yaml.SafeDumper):  # type: ignore[misc]
    """YAML without aliases, which a run refuses; lists on one line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's name for it
        return True


_Plain.add_representer(
    list, lambda dumper, values: dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)
)


def default_choice(group: str) -> str:
    """The choice of a group that a run makes unless it is told otherwise."""
    listed = yaml.safe_load((conf_dir() / "config.yaml").read_text(encoding="utf-8"))["defaults"]
    return next(str(entry[group]) for entry in listed if isinstance(entry, dict) and group in entry)


def values_text(found: Fit) -> str:
    """The fitted keys as YAML."""
    text: str = yaml.dump(_rounded(found.values), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
    return text


def yaml_text(found: Fit, base: str, facts: Mapping[str, str]) -> str:
    """The file: where it comes from, what it is based on, the fitted keys."""
    lines = [f"{found.topic} fitted to records: {found.used:,} used of {found.rows:,}"]
    lines += [f"{label}: {value}" for label, value in facts.items()]
    head = "".join(f"# {''.join(letter if letter.isprintable() else '?' for letter in line)}\n" for line in lines)
    return f"{head}defaults:\n  - {base}\n  - _self_\n{values_text(found)}"


def write(out: Path, group: str, text: str, page: str) -> None:
    """Write both files, after a run has been composed with the values; both or none.

    Raises
    ------
    InputError
        If a run could not use them, or they cannot be written.
    """
    _usable(out, group, text)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out.with_suffix(".html")) as html, replacing(out) as choice:
            html.write_text(page, encoding="utf-8")
            choice.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {out} cannot be written ({error.strerror}); choose another folder") from None


def _usable(out: Path, group: str, text: str) -> None:
    base = yaml.safe_load(text)["defaults"][0]
    there = {path.stem for folder in (conf_dir() / group, out.parent) for path in folder.glob("*.yaml")}
    if base not in there - {out.stem}:
        raise InputError(f"--base {base}: is no choice of {group}; {did_you_mean(base, there - {out.stem})}")
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder) / group
        beside.mkdir()
        for path in out.parent.glob("*.yaml"):
            shutil.copy(path, beside)
        (beside / out.name).write_text(text, encoding="utf-8")
        job_of(composed("config", [f"{group}={out.stem}"], [folder]))


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(inner) for inner in value]
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else float(value)
