"""Positional arguments and options, for the commands that do not go through Hydra."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from twin.errors import InputError


def snapshot_parser(name: str, does: str, example: str, overrides: str, *, needed: bool) -> "Parser":
    """The parser of a command that goes on from a snapshot.

    Parameters
    ----------
    does, example, overrides : str
        What the command, an example of it, and its overrides say in the help.
    needed : bool
        Whether there must be an override.
    """
    parser = Parser(
        f"twin {name}",
        description=does,
        epilog=f"example: twin {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("snapshot", type=Path, help="a snapshot.json of twin run until=...")
    parser.add_argument("overrides", nargs="+" if needed else "*", help=overrides)
    return parser


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError instead of printing the usage and leaving."""
        raise InputError(f"command line: {message}; see {self.prog} --help")


def parsed(parser: Parser, argv: Sequence[str]) -> argparse.Namespace | None:
    """The arguments, or None when help was asked for and printed."""
    try:
        return parser.parse_intermixed_args(list(argv))
    except SystemExit:
        return None
