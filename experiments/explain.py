"""One sentence for what went wrong, and the exit status that says whose turn it is."""

import os
import sys
import traceback

from twin.errors import InputError, InvariantError, PolicyError

WRONG_INPUT = 2
BUG = 70
TWIN_BUG = "this is a bug of the twin, not of your input: please report it with manifest.json or the command line"


def explain(error: Exception) -> tuple[str, int]:
    """The sentence and the exit status for an error.

    Returns
    -------
    tuple of str and int
        Status 2 for wrong input and for a policy that failed, 70 for a bug of ours, whose traceback is
        printed when ``TWIN_TRACEBACK=1`` is set or when nothing better can be said.
    """
    if os.environ.get("TWIN_TRACEBACK") == "1":
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, (InputError, PolicyError)):
        return one_line(str(error)), WRONG_INPUT
    if isinstance(error, OSError) and error.errno:
        place = f"{error.filename or 'the file system'!s:.200}"
        return (
            f"{place}: {(error.strerror or 'cannot be used').lower()}; check the path and the space left",
            WRONG_INPUT,
        )
    if isinstance(error, MemoryError):
        return f"{error or 'there is not enough memory'}; ask for fewer days, customers or workers", WRONG_INPUT
    if not isinstance(error, InvariantError):
        traceback.print_exception(error, file=sys.stderr)
    return f"{type(error).__name__}: {one_line(str(error))}; {TWIN_BUG}", BUG


def one_line(text: str) -> str:
    """The text without line breaks and without control characters that a terminal would obey."""
    words = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in words)
