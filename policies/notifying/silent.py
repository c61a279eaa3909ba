"""Baseline: say nothing."""

from pydantic.dataclasses import dataclass

from twin.entities import Channel, Notice
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class Silent:
    """Customers look for themselves, or call."""

    def __call__(self, view: View, notice: Notice, /) -> tuple[Channel, ...]:  # noqa: ARG002
        """No channel."""
        return ()
