"""Where this machine keeps what can be computed again: it decides how fast something is, never what comes out."""

import os
from pathlib import Path

VARIABLE = "LASTMILE_CACHE"
"""Names another folder; empty, nothing is kept."""


def cache_folder() -> Path | None:
    """The folder for what can be computed again, which need not exist yet; None where nothing is to be kept.

    ``LASTMILE_CACHE`` if it is set; else ``lastmile-twin`` in the user's cache folder: ``XDG_CACHE_HOME``, on Windows
    ``LOCALAPPDATA``, else ``~/.cache`` (XDG Base Directory Specification).
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    home = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    try:
        return (Path(home) if home else Path.home() / ".cache") / "lastmile-twin"
    except RuntimeError:  # a user without a home
        return None
