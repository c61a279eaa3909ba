"""``twin bisect``: the commit that made a key figure worse, found by halving."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.gate.git import commit_of, files_of, git
from experiments.origin import override_key
from experiments.say import say, tell
from twin.errors import InputError

HELP = """\
Usage: twin bisect good=COMMIT bad=COMMIT baseline=FILE [overrides of twin check]

Halves the commits between a good and a bad one, and runs twin check of each in
a temporary worktree: 0 is good, 1 is bad, anything else is skipped.
"""
STEP = (
    "import sys; from experiments.cli import main; status = main(sys.argv[1:]); sys.exit({0: 0, 1: 1}.get(status, 125))"
)
"""Git's bisection reads 125 as: cannot tell, try a neighbour."""


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``bisect`` on the command line."""
    if not argv or {"--help", "-h"} & set(argv):
        say(HELP.rstrip())
        return 0
    good, bad = (commit_of(key, _only(argv, key)) for key in ("good", "bad"))
    baseline = Path(_only(argv, "baseline")).absolute()
    if not baseline.is_file():
        raise InputError(f"baseline(={baseline}) is not there; check the path")
    if good == bad or git("merge-base", good, bad) != good:
        raise InputError(f"good(={_only(argv, 'good')}) does not come before bad(={_only(argv, 'bad')}); swap them")
    others = [word for word in argv if override_key(word) not in ("good", "bad", "baseline")]
    say(_found(good, bad, [f"baseline={baseline}", *others]))
    return 0


def _found(good: str, bad: str, words: Sequence[str]) -> str:
    """The first bad commit, as a sentence."""
    with files_of(bad) as tree:
        git("bisect", "start", bad, good, folder=tree)
        command = ["git", "bisect", "run", sys.executable, "-c", STEP, "check", *words]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        with subprocess.Popen(  # noqa: S603 (git, and our own command)
            command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as running:
            for line in running.stdout or ():
                if line.startswith("Bisecting:"):
                    tell(f"twin: {line.strip()}")
            last = line.strip() if running.wait() else ""
        if running.returncode:
            raise InputError(f"git bisect stopped ({last}); run twin check at both ends, good must pass and bad fail")
        return "The first bad commit is " + git(
            "show", "-s", "--format=%h, %an, %as: %s", "refs/bisect/bad", folder=tree
        )


def _only(argv: Sequence[str], key: str) -> str:
    values = [word.partition("=")[2] for word in argv if override_key(word) == key]
    if len(values) != 1 or not values[0]:
        raise InputError(f"command line: {key} must be given once; write {key}=...")
    return values[0]
