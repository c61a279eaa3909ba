"""Any program that speaks JSON lines, as who chooses the carrier: see docs/reference/external.md."""

from collections.abc import Sequence
from functools import partial

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import CarrierOffer, Parcel
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as who chooses the carrier; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, parcel: Parcel, offers: Sequence[CarrierOffer], /) -> CarrierOffer:
        """The offer to take."""
        understood = partial(answers.carriers, offers=offers)
        decision: CarrierOffer = self._asked(view, views.carriers(view, parcel, offers), understood)
        return decision
