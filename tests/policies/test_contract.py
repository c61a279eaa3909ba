"""Every policy that ships: it keeps its contract, and its YAML says what its defaults are."""

from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf
from pydantic import ValidationError

from policies.check import check_policy
from twin.ports import PORTS

ROOT = Path(__file__).parents[2]
CHOICES = sorted(path for path in (ROOT / "conf" / "policies").glob("*/*.yaml") if path.stem != "external")
"""Without the external ones, which are what somebody else makes of them: see test_external.py."""
BASELINES = {
    "routing": "nearest",
    "promising": "fixed",
    "placement": "static",
    "carriers": "own_first",
    "recovering": "fixed_order",
    "notifying": "silent",
    "forecasting": "naive",
    "adapting": "none",
}


def chosen(path: Path) -> tuple[Any, dict[str, Any]]:
    """The class that a choice names, and the parameters it gives."""
    values: Any = OmegaConf.to_container(OmegaConf.load(path))
    module, _, name = values.pop("_target_").rpartition(".")
    return getattr(import_module(module), name), values


@pytest.mark.parametrize("path", CHOICES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_choice_keeps_the_contract(path: Path) -> None:
    """Deterministic, legal, without side effects, in every hand-made situation."""
    kind, values = chosen(path)
    check_policy(kind(**values), path.parent.name)


@pytest.mark.parametrize("path", CHOICES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_choice_shows_the_defaults(path: Path) -> None:
    """The YAML lists each parameter, at the value that the class has, and lives where its class does."""
    kind, values = chosen(path)
    assert kind.__module__ == f"policies.{path.parent.name}.{path.stem}"
    assert kind(**values) == kind()
    assert set(values) == {field.name for field in fields(kind)}


@pytest.mark.parametrize("port", PORTS)
def test_every_port_has_its_baseline_and_something_better(port: str) -> None:
    """Two choices a port at least."""
    names = {path.stem for path in CHOICES if path.parent.name == port}
    assert BASELINES[port] in names
    assert len(names) > 1


@pytest.mark.parametrize("path", CHOICES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_wrong_parameters_are_refused(path: Path) -> None:
    """An unknown name, a negative figure and a NaN raise at construction."""
    kind, values = chosen(path)
    with pytest.raises(ValidationError, match="unknown"):
        kind(unknown=1)
    for name in (name for name, value in values.items() if isinstance(value, float)):
        for wrong in (-1.0, float("nan"), "1"):
            with pytest.raises(ValidationError, match=name):
                kind(**{name: wrong})
