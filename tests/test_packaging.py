"""What is shipped: the packages and the configuration in the wheel, the sources and no more in the sdist."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.source import PACKAGES, ROOT

FIRST_SCREEN = 24
COMMANDS = ("pip install -e . && twin compare", "pip install -e '.[dev]' && pytest")
IGNORED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of the tree as it is."""
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed; pip install -e '.[dev]' brings it")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> dict[str, str]:
    """The wheel's files and what each one's text is."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="session")
def sdist(built: Path) -> set[str]:
    """The sdist's files, without the folder that holds them all."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def _files(*folders: str) -> set[str]:
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    return {file.relative_to(ROOT).as_posix() for file in files if not IGNORED & set(file.parts)}


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def test_the_wheel_holds_the_packages_and_the_configuration(wheel: dict[str, str]) -> None:
    """A wheel is the four packages, conf and evidence inside ``twin`` as data, its own metadata, and nothing else."""
    bench = {name for name in _files("experiments") if name.startswith("experiments/bench/")}
    conf = {f"twin/{name}" for name in _files("conf", "evidence")}
    shipped = {name for name in wheel if ".dist-info/" not in name}
    assert shipped == (_files(*PACKAGES) - bench) | conf
    assert {f"{package}/py.typed" for package in PACKAGES} <= shipped
    assert {"twin/conf/config.yaml", "twin/evidence/run.yaml"} <= shipped


def test_the_wheel_installs_the_command(wheel: dict[str, str]) -> None:
    """The wheel brings the command ``twin``, the licence, and the version that the project states."""
    info = f"lastmile_twin-{_project()['version']}.dist-info"
    assert "twin = experiments.cli:main" in wheel[f"{info}/entry_points.txt"]
    assert "Apache License" in wheel[f"{info}/licenses/LICENSE"]


def test_the_sdist_holds_what_is_listed(sdist: set[str]) -> None:
    """A source distribution is what one needs to build, read and test, and none of what a run leaves behind."""
    folders = _files(*PACKAGES, "conf", "evidence", "tests", "docs")
    named = {"CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md", "check", "pyproject.toml"}
    assert sdist - {".gitignore", "PKG-INFO"} == folders | named


def test_the_first_screen_is_the_two_commands_that_are_checked() -> None:
    """The README begins with the two commands, and a fresh machine runs exactly these."""
    screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:FIRST_SCREEN]
    for command in COMMANDS:
        assert f"    {command}" in screen


def test_the_checks_run_those_commands() -> None:
    """The continuous integration runs the README's commands letter by letter."""
    script = ROOT / ".ci" / "run"
    if not script.exists():
        pytest.skip("a source distribution has no .ci")
    assert [command for command in COMMANDS if f'does "{command}"' not in script.read_text(encoding="utf-8")] == []


def test_versions_agree() -> None:
    """The version in pyproject, the citation and the changelog is one and the same."""
    version = _project()["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(
        rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
