"""What the external policies of all ports have in common: a program, greeted once and then asked."""

import os
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from policies.programs import views
from policies.programs.child import Child
from policies.programs.wire import line_of, message_of, show
from twin.errors import PolicyError
from twin.ports import View
from twin.units import STRICT

PROTOCOL = 1
"""Version of the messages; see docs/reference/external.md."""
_MB = 1 << 20


@dataclass(frozen=True, config=STRICT)
class Program:
    """A program as a policy.

    Parameters
    ----------
    command : tuple of str
        Its words; no shell reads them. It runs code, so a configuration takes it from ``programs.<port>``, which is
        given on the command line only.
    seconds : float
        Of wall-clock time that an answer may take: a limit that ends the run, and never decides.
    most_mb : int
        Megabytes of a line, in either direction.
    """

    command: tuple[Annotated[str, Field(strict=True, max_length=4096)], ...]
    seconds: Annotated[float, Field(strict=True, gt=0, le=86_400)] = 60.0
    most_mb: Annotated[int, Field(strict=True, ge=1, le=1024)] = 64

    def __post_init__(self) -> None:
        """Refuse a program without words."""
        if not self.command or not self.command[0]:
            port = type(self).__module__.split(".")[1]
            raise ValueError(f"command(={self.command}) must name a program; set programs.{port}=[python,my.py]")

    @cached_property
    def _line(self) -> "Line":
        return Line(self.command, self.seconds, self.most_mb * _MB, type(self).__module__.split(".")[1])

    def _asked(self, view: View, told: dict[str, Any], understood: Callable[[Any], Any]) -> Any:
        """The decision of the program.

        Raises
        ------
        PolicyError
            If it breaks, lies, or does not answer; it is stopped then, and not asked again.
        """
        return self._line.asked(view, told, understood)


class Line:
    """The line to a program: it is started and greeted when first asked, once in each process.

    Parameters
    ----------
    command, seconds, most
        As of :class:`~policies.programs.child.Child`.
    port : str
        What it decides.
    """

    def __init__(self, command: tuple[str, ...], seconds: float, most: int, port: str) -> None:
        self.command = command
        self.seconds = seconds
        self.most = most
        self.port = port
        self._child: Child | None = None
        self._broken = ""
        self._number = 0

    def asked(self, view: View, told: dict[str, Any], understood: Callable[[Any], Any]) -> Any:
        """Ask for a decision, and what it means.

        Raises
        ------
        PolicyError
        """
        if self._broken:
            raise PolicyError(self._broken)
        try:
            return self._decided(self._running(view), view, told, understood)
        except PolicyError as error:
            self._broken = str(error)
            raise

    def _running(self, view: View) -> Child:
        if self._child is None or self._child.owner != os.getpid():
            child = self._child = Child(self.command, self.seconds, self.most)
            greeting = {"type": "hello", "protocol": PROTOCOL, "port": self.port, "standing": views.standing(view)}
            answer = _message(child, child.asked(line_of(greeting)))
            if answer.get("type") != "hello" or answer.get("protocol") != PROTOCOL:
                raise child.fault(
                    f"greeted with {show(answer)}, but must answer hello with "
                    f'{{"type": "hello", "protocol": {PROTOCOL}}}: it speaks another version'
                )
        return self._child

    def _decided(self, child: Child, view: View, told: dict[str, Any], understood: Callable[[Any], Any]) -> Any:
        self._number += 1
        question = {"type": "decide", "id": self._number, **views.clock(view), **told}
        answer = _message(child, child.asked(line_of(question)))
        if "error" in answer:
            raise child.fault(f"gave up: {show(answer['error'])}")
        if answer.get("id") != self._number or set(answer) != {"id", "decision"}:
            raise child.fault(f"answered {show(answer)}, but must answer with id {self._number} and a decision")
        try:
            return understood(answer["decision"])
        except ValueError as error:
            raise child.fault(f"decided what cannot be: {error}") from None


def _message(child: Child, line: bytes) -> dict[str, Any]:
    try:
        return message_of(line)
    except ValueError as error:
        raise child.fault(f"cannot be understood: {error}") from None
