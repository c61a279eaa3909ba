"""A new policy passes its contract test before it is edited, and can be used at once."""

import importlib
import runpy
import sys
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from policies.check import check_policy
from tests.experiments.conftest import TOY, Twin, files
from twin.ports import PORTS


@pytest.mark.parametrize("port", PORTS)
def test_each_port_has_a_policy_that_passes(
    twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    """The files are there, the test among them passes, and the YAML names the class."""
    name = f"made_for_{port}"
    said = twin("new-policy", port, name)
    assert said.status == 0
    made = [f"conf/policies/{port}/{name}.yaml", f"{name}.py", f"test_{name}.py"]
    assert [file for file in files(tmp_path) if (tmp_path / file).is_file()] == made
    monkeypatch.syspath_prepend(str(tmp_path))
    runpy.run_path(str(tmp_path / f"test_{name}.py"))[f"test_{name}_keeps_the_contract"]()
    target: str = OmegaConf.to_container(OmegaConf.load(tmp_path / made[0]))["_target_"]  # type: ignore[call-overload,index]
    module, _, kind = target.rpartition(".")
    check_policy(getattr(importlib.import_module(module), kind)(), port)
    sys.modules.pop(name)


def test_the_command_that_is_shown_works(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """What "use it" says can be typed: here with a toy run around it."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    shown = twin("new-policy", "routing", "made_to_be_used").out
    words = next(line for line in shown.splitlines() if line.startswith("use it:")).split()[4:]
    said = twin("run", *words[:2], *TOY[:-1], *words[2:])
    assert said.status == 0, said
    sys.modules.pop("made_to_be_used")


def test_nothing_is_overwritten(twin: Twin, tmp_path: Path) -> None:
    """A second policy of that name is refused and the first stays."""
    assert twin("new-policy", "routing", "made_once").status == 0
    (tmp_path / "made_once.py").write_text("# edited")
    said = twin("new-policy", "routing", "made_once")
    assert said.status == 2
    assert "made_once" in said.err
    assert (tmp_path / "made_once.py").read_text() == "# edited"
