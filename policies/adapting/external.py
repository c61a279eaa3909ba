"""Any program that speaks JSON lines, as who adapts the strategy: see docs/reference/external.md."""

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Adjustment
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as who adapts the strategy; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, /) -> tuple[Adjustment, ...]:
        """Changes of knobs."""
        decision: tuple[Adjustment, ...] = self._asked(view, views.adapting(view), answers.adapting)
        return decision
