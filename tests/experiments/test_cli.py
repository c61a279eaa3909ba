"""The command line says what it can, quickly, and nothing heavy is imported to do so."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli import COMMANDS, main
from tests.experiments.conftest import Twin

HEAVY = (
    "numpy",
    "scipy",
    "hydra",
    "omegaconf",
    "pydantic",
    "rich",
    "osmnx",
    "matplotlib",
    "pandas",
    "pyarrow",
    "simpy",
)
LIGHT = f"""
import sys
from experiments.cli import main
status = main(["--help"])
print(status, [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


def test_help_imports_nothing_heavy() -> None:
    """Asking for help in a fresh process leaves every heavy library where it is."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", LIGHT], cwd=root, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "0 []"
    assert "Usage: twin COMMAND" in done.stdout


def test_twin_alone_shows_help(twin: Twin) -> None:
    """Who types nothing more gets every command with an example."""
    said = twin()
    assert said.status == 0
    assert all(command in said.out for command in COMMANDS)


def test_help_fits_a_terminal(twin: Twin) -> None:
    """No line is longer than 80 columns."""
    assert max(len(line) for line in twin("--help").out.splitlines()) <= 80


def test_version_is_one_line(twin: Twin) -> None:
    """Name and version."""
    assert twin("--version").out.startswith("lastmile-twin ")


def test_the_nearest_command_is_suggested(twin: Twin) -> None:
    """A typing error is answered with what was probably meant, and status 2."""
    said = twin("comapre")
    assert said.status == 2
    assert "did you mean 'compare'?" in said.err


def test_a_bug_is_told_from_wrong_input(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invariant that breaks says that it is our bug, with a status of its own."""
    import experiments.new_policy
    from twin.errors import InvariantError

    def broken(_: object) -> int:
        raise InvariantError("I2: 3 parcels are missing")

    monkeypatch.setattr(experiments.new_policy, "main", broken)
    said = twin("new-policy")
    assert said.status == 70
    assert said.err == (
        "twin: InvariantError: I2: 3 parcels are missing; this is a bug of the twin, not of your input: "
        "please report it with manifest.json or the command line\n"
    )


def test_a_policy_that_fails_is_named_without_a_traceback(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author of a policy is told which decision failed; status 2."""
    import experiments.new_policy
    from twin.errors import PolicyError

    def broken(_: object) -> int:
        raise PolicyError("mine.Router (routing): visits stop 7 twice")

    monkeypatch.setattr(experiments.new_policy, "main", broken)
    assert twin("new-policy") == (2, "", "twin: mine.Router (routing): visits stop 7 twice\n")


def test_ctrl_c_is_quiet(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping is no error to explain."""
    import experiments.new_policy

    def stopped(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(experiments.new_policy, "main", stopped)
    assert twin("new-policy") == (130, "", "twin: stopped.\n")


@pytest.mark.parametrize("command", ["resume", "fork", "city", "table", "new-policy"])
def test_every_command_explains_itself(twin: Twin, command: str) -> None:
    """--help of a command shows its use and ends well."""
    said = twin(command, "--help")
    assert said.status == 0
    assert f"twin {command}" in said.out


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_help_of_a_run_lists_the_choices(twin: Twin, command: str) -> None:
    """Hydra's help works: every group with its options, and the configuration."""
    said = twin(command, "--help")
    assert said.status == 0
    assert "fleet: " in said.out
    assert "policies/routing: " in said.out
    assert "seed: 1" in said.out


def test_the_configuration_can_be_shown(twin: Twin) -> None:
    """--cfg job prints what would be run, with overrides, and runs nothing."""
    said = twin("run", "--cfg", "job", "seed=7", "fleet=vans")
    assert said.status == 0
    assert "seed: 7" in said.out


def test_the_shell_is_told_how_to_complete(capsys: pytest.CaptureFixture[str]) -> None:
    """The text to evaluate registers a completion."""
    assert main(["-sc", "install=bash"]) == 0
    assert "complete -o nospace" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("twin co", "compare"),
        ("twin run fle", "fleet="),
        ("twin run fleet=van", "fleet=vans_drones"),
        ("twin run policies/rout", "policies/routing="),
        ("twin run demand.par", "demand.parcels_per_"),
        ("twin compare repl", "replications="),
        ("twin sweep exec", "executor="),
    ],
)
def test_words_are_completed(twin: Twin, monkeypatch: pytest.MonkeyPatch, line: str, offered: str) -> None:
    """Commands, groups, options and keys."""
    monkeypatch.setenv("COMP_LINE", line)
    assert offered in twin("-sc", "query=bash").out
