"""Any program that speaks JSON lines, as who resolves exceptions: see docs/reference/external.md."""

from collections.abc import Sequence
from functools import partial

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import RemedyOffer, Trouble
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as who resolves exceptions; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, trouble: Trouble, remedies: Sequence[RemedyOffer], /) -> RemedyOffer:
        """The remedy to try."""
        understood = partial(answers.recovering, remedies=remedies)
        decision: RemedyOffer = self._asked(view, views.recovering(view, trouble, remedies), understood)
        return decision
