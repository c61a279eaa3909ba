"""Plain words to the terminal."""

import contextlib
import os
import sys


def say(text: str) -> None:
    """A line of what was asked for."""
    sys.stdout.write(f"{text}\n")


def tell(text: str) -> None:
    """A line about how it goes, or why it does not; at once, and apart from what was asked for."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def give_up_output() -> None:
    """Nobody reads any more: what is still to be written at the end goes nowhere, and nothing complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):  # no file behind it, as in a test
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
