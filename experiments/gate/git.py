"""Old code beside the new: commits by name, and a folder of a commit's files that goes away again."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from twin.errors import InputError

TWIN = "import sys; from experiments.cli import main; sys.exit(main())"


def git(*words: str, folder: Path | None = None) -> str:
    """What a git command says.

    Raises
    ------
    InputError
        If there is no git, or it refuses.
    """
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607 (words are ours or a commit's digest)
    except OSError:
        raise InputError("git cannot be run; install it, or leave out what needs older code") from None
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
        raise InputError(f"git {words[0]}: {why[-1].removeprefix('fatal: ')}; correct the commit or the folder")
    return done.stdout.strip()


def commit_of(key: str, name: str) -> str:
    """The digest of a commit that somebody named.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    try:
        return git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except InputError:
        git("rev-parse", "--git-dir")
        raise InputError(f"{key}(={name}) is no commit of this repository; see git log") from None


def here() -> str | None:
    """The commit that is checked out, with ``-dirty`` when files have been changed; None without a repository."""
    try:
        return git("describe", "--always", "--dirty", "--abbrev=40", "--match=")
    except InputError:
        return None


@contextmanager
def files_of(commit: str) -> Iterator[Path]:
    """The working folder as it was at a commit, in a temporary worktree."""
    inside = git("rev-parse", "--show-prefix")
    with tempfile.TemporaryDirectory(prefix="twin-") as folder:
        tree = Path(folder) / "tree"
        git("worktree", "add", "--detach", "--force", str(tree), commit)
        try:
            yield tree / inside
        finally:
            git("worktree", "remove", "--force", str(tree))


def twin_there(tree: Path, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run ``twin`` as the files in a folder have it."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-c", TWIN, *words], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
