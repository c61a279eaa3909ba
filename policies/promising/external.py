"""Any program that speaks JSON lines, as who quotes the checkout: see docs/reference/external.md."""

from collections.abc import Sequence
from functools import partial

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Offer, Session, Slot
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as who quotes the checkout; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, session: Session, slots: Sequence[Slot], /) -> tuple[Offer, ...]:
        """Windows and prices for this session."""
        understood = partial(answers.promising, slots=slots)
        decision: tuple[Offer, ...] = self._asked(view, views.promising(view, session, slots), understood)
        return decision
