"""Baseline: never change anything."""

from pydantic.dataclasses import dataclass

from twin.entities import Adjustment
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class Steadfast:
    """No adjustments."""

    def __call__(self, view: View, /) -> tuple[Adjustment, ...]:  # noqa: ARG002
        """No changes tonight."""
        return ()
