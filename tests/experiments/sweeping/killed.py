"""Sweeps that are killed, or find the disk full, and then go on.

A program, because it forks; the folder is an empty one to work in:

    python -m tests.experiments.sweeping.killed FOLDER steps [naive]
    python -m tests.experiments.sweeping.killed FOLDER moments KILLS [real]

It prints a report as JSON. Runs are recorded ones, unless ``real`` is asked for: what is tested is the writing.
"""

import errno
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.composition import sweep_of
from experiments.progress import Bar
from experiments.sweeping import sealed, work
from experiments.sweeping.collate import RESULTS
from experiments.sweeping.command import carry_out
from experiments.sweeping.journal import alone, begun, place, read_journal
from experiments.sweeping.plan import Sweep, sweep_from
from experiments.sweeping.shards import write_run
from experiments.worker import play_arm
from twin.errors import InputError

TOY = ("city=toy", "demand.parcels_per_day=12.0", "carriers=none", "policies/routing=nearest", "days=1")
ENTRIES = ("fsync", "replace", "mkdir", "unlink")
"""Functions of ``os`` that change a folder or a disk; opening and writing a file are counted beside them."""
Fault = Callable[[], None]


def killed() -> None:
    """End as if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device", "somewhere")


def read_only() -> None:
    """What a disk says that went read-only."""
    raise OSError(errno.EROFS, "Read-only file system", "somewhere")


class Steps:
    """Counts steps of writing; at one of them the fault happens, and with ``lasting`` at all that follow."""

    def __init__(self, at: int, fault: Fault, *, lasting: bool) -> None:
        self.seen, self._at, self._fault, self._lasting = 0, at, fault, lasting
        self.kills = fault is killed

    def step(self, half: Callable[[], None] = lambda: None) -> None:
        """One more; ``half`` does half of it before a fault."""
        self.seen += 1
        if self._at and (self.seen == self._at or (self._lasting and self.seen > self._at)):
            half()
            self._fault()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what this process writes meanwhile."""
        before = {name: getattr(os, name) for name in ENTRIES}
        opened = io.open

        def entry(name: str) -> Callable[..., Any]:
            def called(*args: Any, **options: Any) -> Any:
                if name == "unlink" and self._lasting:  # cleaning up goes on, as far as it can
                    return before[name](*args, **options)
                self.step()
                return before[name](*args, **options)

            return called

        def opening(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if not set("wax+") & set(mode) or isinstance(file, int):
                return opened(file, mode, *args, **options)
            self.step()
            made = opened(file, mode, *args, **options)
            if "+" not in mode:
                vars(made)["write"] = self._writing(made)
            return made

        try:
            for name in ENTRIES:
                setattr(os, name, entry(name))
            io.open = opening
            yield
        finally:
            io.open = opened
            for name in ENTRIES:
                setattr(os, name, before[name])

    def _writing(self, file: Any) -> Callable[[Any], int]:
        write = file.write

        def written(data: Any) -> int:
            def half() -> None:
                write(data[: len(data) // 2])
                file.flush()

            self.step(half)
            return int(write(data))

        return written


def played_to(folder: Path, sweep: Sweep) -> None:
    """What the command does between the words and the table on the terminal."""
    place(sweep)
    with alone(folder):
        carry_out(begun(folder, sweep), sweep, Bar(None))


def forked(what: Callable[[], None]) -> int:
    """Do it in a process of its own, group of its own; its number."""
    child = os.fork()
    os.setpgid(child, child)  # on both sides: who kills the group at once must find it
    if child:
        return child
    os._exit(0 if tried(what) is None else 1)


def tried(what: Callable[[], None]) -> str | None:
    """Do it here; what it says when it fails."""
    try:
        what()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def ended(child: int) -> int:
    """The exit status of a process; -9 when it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Study:
    """A sweep whose unbroken result is known, and a diary of what is played when it is broken."""

    def __init__(self, room: Path, *words: str, real: bool) -> None:
        self.diary, self.pause, self.wrong = room / "diary", 0.0, list[str]()
        self.sweep = sweep_from(sweep_of("sweep", [*TOY, *words]), [1])
        self._play, self._write = play_arm, write_run
        self._recorded: dict[tuple[str, int], Any] = {}
        whole = room / "whole"
        played_to(whole, self.serial(whole))
        self.expected = contents(whole)
        self.every = finished(whole)
        vars(work).update(play_arm=self._playing, write_run=self._writing)
        if not real:
            journal = read_journal(whole)
            labels = {cell["number"]: cell["label"] for cell in journal.plan["cells"]}
            self._recorded = {(labels[cell], seed): journal.run(cell, seed) for cell, seed in journal.runs()}

    def serial(self, folder: Path) -> Sweep:
        """The sweep in this process, into a folder."""
        return replace(self.sweep, out=str(folder), way=replace(self.sweep.way, executor="serial"))

    def _playing(self, label: str, seed: int, settings: Any, worlds: Any, draw: bool) -> Any:
        self._note(f"begun {label} {seed}")
        time.sleep(self.pause)
        return self._recorded.get((label, seed)) or self._play(label, seed, settings, worlds, draw)

    def _writing(self, folder: Path, key: str, record: Any) -> None:
        self._write(folder, key, record)
        self._note(f"done {key} {record['seed']}")

    def _note(self, text: str) -> None:
        handle = os.open(self.diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, f"{text}\n".encode())
        os.close(handle)

    def notes(self, kind: str) -> list[str]:
        """What the diary says of one kind."""
        lines = self.diary.read_text().splitlines() if self.diary.exists() else []
        return [line.removeprefix(f"{kind} ") for line in lines if line.startswith(f"{kind} ")]

    def kept(self, folder: Path, when: str) -> set[str]:
        """The runs that a folder has; one that was written and is not there is wrong."""
        there = finished(folder)
        labels = {cell.key: cell.label for cell in self.sweep.cells}
        for key, seed in (line.rsplit(" ", 1) for line in self.notes("done")):
            if f"{labels[key]} {seed}" not in there:
                self.wrong.append(f"{when}: {labels[key]} {seed} is lost")
        return there

    def begins_nothing_again(self, there: set[str], when: str) -> None:
        """What the diary begins from now on must not be there already."""
        again = there & set(self.notes("begun"))
        self.wrong += [f"{when}: {run} is repeated" for run in sorted(again)]

    def is_whole(self, folder: Path, when: str) -> None:
        """The folder is that of the unbroken sweep, byte for byte."""
        found = contents(folder)
        for name in sorted(found.keys() ^ self.expected.keys()):
            self.wrong.append(f"{when}: {name} is {'too much' if name in found else 'missing'}")
        for name in sorted(found.keys() & self.expected.keys()):
            if found[name] != self.expected[name]:
                self.wrong.append(f"{when}: {name} differs")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def finished(folder: Path) -> set[str]:
    """Label and seed of the runs that a folder has."""
    try:
        journal = read_journal(folder)
    except (FileNotFoundError, InputError):
        return set()
    cells = journal.plan["cells"]
    return {f"{cells[c]['label']} {s}" for c, s in journal.runs() if journal.run(c, s) is not None}


def every_step(room: Path, *, naive: bool) -> dict[str, Any]:
    """Break a sweep at every step of writing, in three ways, and go on."""
    study = Study(room, "fleet=vans,bikes", "replications=2", real=False)
    breaks = {}
    faults = ((killed, False), (full, True), (read_only, True))
    for fault, lasting in faults[: 1 if naive else None]:
        counting = Steps(0, fault, lasting=lasting)
        with counting.counted():
            played_to(room / "broken", study.serial(room / "broken"))
        study.is_whole(room / "broken", "unbroken")
        shutil.rmtree(room / "broken")
        for at in range(1, counting.seen + 1):
            _broken_at(study, Steps(at, fault, lasting=lasting), room / "broken", f"{fault.__name__} at step {at}")
        breaks[fault.__name__] = counting.seen
    return {"breaks": breaks, "wrong": study.wrong}


def _broken_at(study: Study, steps: Steps, folder: Path, when: str) -> None:
    study.diary.unlink(missing_ok=True)

    def broken() -> None:
        with steps.counted():
            played_to(folder, study.serial(folder))

    if (ended(forked(broken)) == 0) if steps.kills else (tried(broken) is None):
        study.wrong.append(f"{when}: nothing happened")
    there = study.kept(folder, when)
    study.diary.unlink(missing_ok=True)
    said = tried(lambda: played_to(folder, study.serial(folder)))
    if said is not None:
        study.wrong.append(f"{when}: does not go on: {said}")
    study.begins_nothing_again(there, when)
    study.is_whole(folder, when)
    shutil.rmtree(folder)


def random_moments(room: Path, kills: int, *, real: bool) -> dict[str, Any]:
    """Kill a sweep of two workers, with all its processes, at random moments, again and again."""
    fork = multiprocessing.get_context("fork")
    multiprocessing.get_context = lambda _=None: fork  # type: ignore[assignment]  # nothing is imported anew
    study = Study(room, "fleet=vans,bikes,evans", f"replications={6 if real else 8}", real=real)
    study.pause = 0.01
    luck, done, unbroken = random.Random(5), 0, 0  # noqa: S311 (of when to kill)
    folder, sweep = room / "broken", replace(study.sweep, out=str(room / "broken"))
    while done < kills:
        when = f"kill {done + 1}"
        there = study.kept(folder, when)
        study.diary.unlink(missing_ok=True)
        child = forked(lambda: played_to(folder, sweep))
        time.sleep(luck.uniform(0.0, 1.5 if real else 0.4))
        if os.waitpid(child, os.WNOHANG)[0] == 0:
            os.killpg(child, signal.SIGKILL)
            ended(child)
            done += 1
        study.begins_nothing_again(there, when)
        if study.kept(folder, when) == study.every and (folder / RESULTS).exists():
            if ended(forked(lambda: played_to(folder, sweep))):
                study.wrong.append(f"{when}: does not go on")
            study.is_whole(folder, when)
            shutil.rmtree(folder)
            study.diary.unlink(missing_ok=True)
            unbroken += 1
    return {"kills": done, "sweeps": unbroken, "wrong": study.wrong}


def main() -> None:
    """Break and report."""
    room, what, *rest = sys.argv[1:]
    if "naive" in rest:
        vars(sealed)["write_text"] = lambda path, text: path.write_text(text, encoding="utf-8")
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):  # noqa: PTH123
        if what == "steps":
            found = every_step(Path(room), naive="naive" in rest)
        else:
            found = random_moments(Path(room), int(rest[0]), real="real" in rest)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
