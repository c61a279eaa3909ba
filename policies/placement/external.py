"""Any program that speaks JSON lines, as who places stock: see docs/reference/external.md."""

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Replenishment
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as who places stock; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, /) -> tuple[Replenishment, ...]:
        """What each centre orders tonight."""
        decision: tuple[Replenishment, ...] = self._asked(view, views.placement(view), answers.placement)
        return decision
