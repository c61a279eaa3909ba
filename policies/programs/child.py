"""A program that is asked line by line: started when first asked, stopped when it breaks, hangs or is not needed."""

import os
import signal
import subprocess
import weakref
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from twin.errors import PolicyError

_GRACE_S = 1.0
"""Seconds that a program has for leaving by itself once its input has ended."""


class Child:
    """A running program, and a watchman that kills it when an answer takes too long.

    The clock only ends things: no answer ever depends on how long it took.

    Parameters
    ----------
    command : tuple of str
        The words of a command; no shell reads them.
    seconds : float
        Of wall-clock time that an answer may take.
    most : int
        Bytes of a line, in either direction.

    Raises
    ------
    PolicyError
        If it cannot be started.
    """

    def __init__(self, command: tuple[str, ...], seconds: float, most: int) -> None:
        self.name = " ".join(command)
        self.seconds = seconds
        self.most = most
        self.owner = os.getpid()
        self.late = False
        pipe = subprocess.PIPE
        try:
            # It runs what the command line names: the user's own program, without a shell, in a session of its own so
            # that all that it starts can be ended with it.
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)  # noqa: S603
        except (OSError, ValueError) as error:
            raise PolicyError(f"the program {self.name!r} cannot be started ({error}); correct programs") from None
        self._turns: SimpleQueue[bool] = SimpleQueue()
        watch = (self._turns, seconds, self._process, weakref.ref(self))
        Thread(target=_watch, args=watch, daemon=True, name="watchman of a policy").start()
        self.stop = weakref.finalize(self, _end, self._process, self._turns)

    def asked(self, line: bytes) -> bytes:
        """The line that the program answers to a line.

        Raises
        ------
        PolicyError
            If a line is too long, or the program ends or takes too long; it is not running any more then.
        """
        if len(line) > self.most:
            raise self.fault(f"would be sent a line of {len(line)} bytes, but may get {self.most}; raise most_mb")
        sink, source = self._process.stdin, self._process.stdout
        if sink is None or source is None:  # for mypy: both are pipes
            raise self.fault("has no pipes")
        self._turns.put(True)
        answer = b""
        try:
            sink.write(line)
            sink.flush()
            answer = source.readline(self.most + 1)
        except (OSError, ValueError):
            pass  # it has gone, and says so below
        finally:
            self._turns.put(True)
        if answer.endswith(b"\n") and len(answer) <= self.most:
            return answer
        raise self.fault(self._why(answer))

    def _why(self, answer: bytes) -> str:
        if len(answer) > self.most:
            return f"answered with more than {self.most} bytes in a line; raise most_mb, or answer less"
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_S)
        if self.late:
            return f"did not answer within {self.seconds:g} s; mend it, or raise seconds"
        status = self._process.poll()
        how = "closed its output" if status is None else f"ended with status {status}"
        return f"{how} instead of answering; see what it wrote on the terminal"

    def fault(self, what: str) -> PolicyError:
        """Stop the program, and the error that says why."""
        self.stop()
        return PolicyError(f"the program {self.name!r} {what}")


def _watch(
    turns: "SimpleQueue[bool]", seconds: float, process: "subprocess.Popen[bytes]", child: "weakref.ref[Child]"
) -> None:
    """Wait for a question, then for its answer; kill whoever takes too long."""
    while turns.get():
        try:
            if not turns.get(timeout=seconds):
                return
        except Empty:
            if (late := child()) is not None:
                late.late = True
            _kill(process)
            return


def _end(process: "subprocess.Popen[bytes]", turns: "SimpleQueue[bool]") -> None:
    """Let a program go: its input ends; what has not left by then is killed, with all that it started."""
    turns.put(False)
    if process.poll() is None and process.stdin is not None:
        with suppress(OSError, ValueError):
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    _kill(process)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_S)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError, ValueError):
                pipe.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
