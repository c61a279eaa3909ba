"""The eight decisions, one Protocol each, and the bundle of policies that makes them.

A policy is a callable: what operations know comes in as a :class:`~twin.view.View`, a decision goes out.
It must be a function of what it is given and of its own parameters: no global generator, no clock of the
machine, no change to the view, no memory between calls that a snapshot would not hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from twin.entities import (
    Adjustment,
    CarrierOffer,
    Channel,
    Forecast,
    Notice,
    Offer,
    Parcel,
    RemedyOffer,
    Replenishment,
    Session,
    Slot,
    Tour,
    Trouble,
)
from twin.view import View as View


class Router(Protocol):
    """Plan a wave: tours for the vehicles and stops of ``view.dispatch``. What is left out waits."""

    def __call__(self, view: View, /) -> Sequence[Tour]: ...


class Promiser(Protocol):
    """Quote a checkout: which of the possible windows to show, at which prices."""

    def __call__(self, view: View, session: Session, slots: Sequence[Slot], /) -> Sequence[Offer]: ...


class Placer(Protocol):
    """Place stock: what each micro-fulfilment centre orders tonight for tomorrow morning."""

    def __call__(self, view: View, /) -> Sequence[Replenishment]: ...


class CarrierSelector(Protocol):
    """Choose how a packed parcel goes: one of the offers."""

    def __call__(self, view: View, parcel: Parcel, offers: Sequence[CarrierOffer], /) -> CarrierOffer: ...


class Resolver(Protocol):
    """Resolve an exception: one of the remedies that are possible now."""

    def __call__(self, view: View, trouble: Trouble, remedies: Sequence[RemedyOffer], /) -> RemedyOffer: ...


class Notifier(Protocol):
    """Tell a customer: through which of the notice's channels, if any.

    One that has ``causes``, a set of :class:`~twin.entities.Cause`, is asked about those alone.
    """

    def __call__(self, view: View, notice: Notice, /) -> Sequence[Channel]: ...


class Forecaster(Protocol):
    """Forecast the parcels of today by area."""

    def __call__(self, view: View, /) -> Forecast: ...


class Adapter(Protocol):
    """Adapt the strategy to what has happened: changes of knobs, each night."""

    def __call__(self, view: View, /) -> Sequence[Adjustment]: ...


@dataclass(frozen=True, slots=True)
class Policies:
    """One policy for each port."""

    routing: Router
    promising: Promiser
    placement: Placer
    carriers: CarrierSelector
    recovering: Resolver
    notifying: Notifier
    forecasting: Forecaster
    adapting: Adapter

    def replace(self, **changes: Any) -> "Policies":
        """The same bundle with some policies changed."""
        return replace(self, **changes)


PORTS = tuple(field.name for field in fields(Policies))
