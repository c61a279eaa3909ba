"""Any program that speaks JSON lines, as who tells customers: see docs/reference/external.md."""

from functools import partial

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Channel, Notice
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as who tells customers; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, notice: Notice, /) -> tuple[Channel, ...]:
        """The channels to use, if any."""
        understood = partial(answers.notifying, notice=notice)
        decision: tuple[Channel, ...] = self._asked(view, views.notifying(view, notice), understood)
        return decision
