"""Plain words to the terminal."""

import sys


def say(text: str) -> None:
    """A line of what was asked for."""
    sys.stdout.write(f"{text}\n")


def tell(text: str) -> None:
    """A line about how it goes, or why it does not; at once, and apart from what was asked for."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
