"""Any program that speaks JSON lines, as a router: see docs/reference/external.md."""

from functools import partial
from typing import Literal

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Tour, Trigger
from twin.errors import PolicyError
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as a router; other parameters are those of :class:`~policies.programs.external.Program`.

    Parameters
    ----------
    when : tuple of str
        What it plans anew for between the waves: order, cancelled, closure, traffic, weather, breakdown, late, home.
        Without any it is asked at the waves alone.
    """

    when: tuple[Literal["order", "cancelled", "closure", "traffic", "weather", "breakdown", "late", "home"], ...] = ()

    @property
    def triggers(self) -> frozenset[Trigger]:
        """When it wants to be asked, beside the waves; there only where it wants to."""
        if not self.when:
            raise AttributeError("it is asked at the waves alone")
        return frozenset(Trigger[name.upper()] for name in self.when)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for the wave, or for what has happened."""
        wave = view.dispatch
        if wave is None:
            raise PolicyError("a router is asked while there is a wave to plan")
        decision: tuple[Tour, ...] = self._asked(view, views.routing(view), partial(answers.routing, wave=wave))
        return decision
