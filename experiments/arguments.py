"""Positional arguments and options, for the commands that do not go through Hydra."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from twin.errors import InputError


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
