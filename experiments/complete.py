"""Tab completion: ``eval "$(twin -sc install=bash)"``, by way of Hydra's own.

Hydra completes the words after the program's name; here the sub-command between them is taken out first.
"""

import os
from collections.abc import Sequence

from experiments.cli import COMMANDS
from experiments.say import say
from twin.errors import InputError

ASKED = tuple(f"{verb}={shell}" for verb in ("install", "query", "uninstall") for shell in ("bash", "fish", "zsh"))
CONFIGS = {"run": "config", "compare": "compare"}


def main(argv: Sequence[str]) -> int:
    """Answer ``twin -sc install=bash`` and the shell's ``twin -sc query=bash``."""
    if sum(word in ASKED for word in argv) != 1:
        raise InputError(f"command line: -sc is for shells; it needs one of {', '.join(ASKED)}")
    line = os.environ.get("COMP_LINE", "")
    words = line.split()
    name = words[1] if len(words) > 1 else ""
    querying = any(word.startswith("query=") for word in argv)
    if querying and (name not in CONFIGS or line.endswith(f" {name}")):
        say(" ".join(command for command in COMMANDS if command.startswith(name)) if len(words) < 3 else "")
        return 0
    os.environ["COMP_LINE"] = line.replace(f" {name}", "", 1)
    from experiments.front import launch

    asked = ["-sc", *(word for word in argv if word in ASKED)]
    try:
        return launch(lambda _made, _folder: None, lambda _: None, CONFIGS.get(name, "config"), asked)
    except Exception:
        if not querying:
            raise
        return 2  # half a line that is typed is no mistake yet: words or silence
