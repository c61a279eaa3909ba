"""Tab completion: ``eval "$(twin -sc install=bash)"``, by way of Hydra's own.

Hydra completes the words after the program's name; here the sub-command between them is taken out first.
"""

import os
from collections.abc import Sequence

from experiments.cli import COMMANDS
from experiments.say import say

CONFIGS = {"run": "config", "compare": "compare"}


def main(argv: Sequence[str]) -> int:
    """Answer ``twin -sc install=bash`` and the shell's ``twin -sc query=bash``."""
    line = os.environ.get("COMP_LINE", "")
    words = line.split()
    name = words[1] if len(words) > 1 else ""
    if "query=bash" in argv and (name not in CONFIGS or line.endswith(f" {name}")):
        say(" ".join(command for command in COMMANDS if command.startswith(name)) if len(words) < 3 else "")
        return 0
    os.environ["COMP_LINE"] = line.replace(f" {name}", "", 1)
    from experiments.front import launch

    return launch(lambda _made, _folder: None, lambda _: None, CONFIGS.get(name, "config"), argv)
