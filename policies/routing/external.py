"""Any program that speaks JSON lines, as a router: see docs/reference/external.md."""

from functools import partial

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Tour
from twin.errors import PolicyError
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as a router; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for the wave."""
        wave = view.dispatch
        if wave is None:
            raise PolicyError("a router is asked while there is a wave to plan")
        understood = partial(answers.routing, wave=wave)
        decision: tuple[Tour, ...] = self._asked(view, views.routing(view), understood)
        return decision
