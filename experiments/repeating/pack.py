"""``twin bundle``: all that it takes to play a result again, in one file."""

import os
from collections.abc import Sequence
from pathlib import Path

from experiments.arguments import Parser, parsed
from experiments.say import say
from twin.errors import InputError


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``bundle`` on the command line."""
    parser = Parser("twin bundle", description=__doc__, epilog="example: twin bundle outputs/study --out study.zip")
    parser.add_argument("folder", type=Path, help="of twin run, compare, sweep or --multirun")
    parser.add_argument("--out", type=Path, required=True, help="the file to write, as in study.zip")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    given = parsed(parser, argv)
    if given is None:
        return 0
    _may_write(given.out, overwrite=given.overwrite)
    from experiments.repeating.bundle import write_bundle

    done = write_bundle(given.folder, given.out)
    data = f" and {done.data} data file{'s' if done.data > 1 else ''}" if done.data else ""
    say(f"Written to {given.out}: {done.files} files{data}, {done.bytes / 1e6:.1f} MB.")
    if done.plugins:
        say(f"It needs {', '.join(done.plugins)}, which is not in it: plug-ins are code.")
    say(f"Play it again with: twin reproduce {given.out}")
    return 0


def _may_write(path: Path, *, overwrite: bool) -> None:
    if path.suffix != ".zip":
        raise InputError(
            f"--out {path}: must end with .zip; write --out {path.with_suffix('.zip').name or 'study.zip'}"
        )
    if path.is_dir() or (path.exists() and not overwrite):
        raise InputError(f"--out {path}: is there already; choose another name, or add --overwrite")
    if not path.absolute().parent.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        raise InputError(f"--out {path}: {path.parent} is no folder that you may write to; choose another")
