"""``twin new-policy``: a policy and its test, ready to edit, and the line of YAML that chooses it."""

import keyword
import re
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from experiments.arguments import Parser, parsed
from experiments.folder import no_empty_parents
from experiments.policy_templates import CALLS, CHOICE, POLICY, TEST
from experiments.say import say
from experiments.suggest import did_you_mean
from twin.errors import InputError
from twin.files import write_text

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``new-policy`` on the command line."""
    parser = Parser(
        "twin new-policy",
        description="Write a policy, its test, and its configuration.",
        epilog=f"ports: {', '.join(CALLS)}\nexample: twin new-policy routing my_router",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("port", help="what it decides")
    parser.add_argument("name", help="of its module, as in my_router")
    parser.add_argument("--dir", type=Path, default=Path(), help="where to write; the working folder unless given")
    given = parsed(parser, argv)
    if given is None:
        return 0
    files = policy_files(given.port, given.name, given.dir)
    _write(files)
    say(f"test it:  cd {given.dir} && pytest test_{given.name}.py")
    say(f"use it:   twin run --config-dir conf policies/{given.port}={given.name} plugins=[{given.name}]")
    return 0


def policy_files(port: str, name: str, folder: Path) -> dict[Path, str]:
    """The files of a new policy and what they hold.

    Raises
    ------
    InputError
        If there is no such port, the name cannot be a module's, or a file is there already.
    """
    if port not in CALLS:
        raise InputError(f"command line: port {port!r} is not known; {did_you_mean(port, CALLS)}")
    if not _NAME.match(name) or keyword.iskeyword(name):
        raise InputError(f"command line: name {name!r} must be lower-case letters, digits and _, as in my_router")
    if not folder.is_dir():
        raise InputError(f"--dir {folder}: there is no such folder; make it first")
    imports, call = CALLS[port]
    words = {"port": port, "module": name, "name": _class_name(name), "imports": imports, "call": call}
    files = {
        folder / f"{name}.py": POLICY.substitute(words),
        folder / f"test_{name}.py": TEST.substitute(words),
        folder / "conf" / "policies" / port / f"{name}.yaml": CHOICE.substitute(words),
    }
    for path in files:
        if path.exists():
            raise InputError(f"{path} is there already; choose another name")
    if find_spec(name) is not None:
        raise InputError(f"command line: name {name!r} is that of a module that Python has already; choose another")
    return files


def _write(files: dict[Path, str]) -> None:
    """All of the files, or none."""
    with ExitStack() as undo:
        for path in files:
            undo.enter_context(no_empty_parents(path))
            undo.callback(path.unlink, missing_ok=True)
        for path, text in files.items():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_text(path, text)
            except OSError as error:
                raise InputError(f"{path} cannot be written ({error.strerror}); choose another --dir") from None
        undo.pop_all()
    for path in files:
        say(f"wrote {path}")


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
