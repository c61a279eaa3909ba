"""Baseline: say nothing."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from twin.entities import Cause, Channel, Notice
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class Silent:
    """Customers look for themselves, or call."""

    causes: ClassVar[frozenset[Cause]] = frozenset()

    def __call__(self, view: View, notice: Notice, /) -> tuple[Channel, ...]:  # noqa: ARG002
        """No channel."""
        return ()
