"""The contract test for anybody's policy, in the manner of Gymnasium's ``check_env``."""

from collections.abc import Callable, Iterable
from typing import Any

from policies import globalluck
from policies.cases import Case, cases
from policies.digest import digest
from twin import legal
from twin.errors import PolicyError
from twin.ports import PORTS

_LEGAL: dict[str, Callable[..., None]] = {
    "routing": lambda view, decision: legal.tours(view.dispatch, decision),
    "promising": lambda _view, _session, slots, decision: legal.offers(slots, decision),
    "placement": lambda view, decision: legal.replenishments(view.depots, view.skus, decision),
    "carriers": lambda _view, _parcel, offers, decision: legal.carrier(offers, decision),
    "recovering": lambda _view, _trouble, remedies, decision: legal.remedy(remedies, decision),
    "notifying": lambda _view, notice, decision: legal.channels(notice, decision),
    "forecasting": lambda view, decision: legal.forecast(decision, view.areas, view.day),
    "adapting": lambda view, decision: legal.adjustments(view.areas, len(view.carriers), decision),
}


def check_policy(policy: Any, port: str, situations: Iterable[Case] | None = None) -> None:
    """Raise unless a policy honours the contract of its port in every situation.

    It must decide without raising; what it decides must be legal; it must not change the view nor anything
    else it is given; it must not draw from, or reseed, the global generators of ``random`` and ``numpy``;
    and the same situation must get the same decision, asked again, after other questions, and after those
    generators were reseeded.

    Parameters
    ----------
    policy : callable
        What is tested.
    port : str
        One of ``twin.ports.PORTS``.
    situations : iterable of Case, optional
        Questions to ask; hand-made ones by default. Those of other ports are skipped, and so are those between the
        waves for a router that has no ``triggers``.

    Raises
    ------
    ValueError
        If there is no such port, or no situation for it.
    PolicyError
        At the first breach: which policy and port, what came back, and what is legal.
    """
    if port not in PORTS:
        raise ValueError(f"port(={port!r}) must be one of {', '.join(PORTS)}")
    given = cases(port) if situations is None else situations
    asked = [case for case in given if case.port == port and (hasattr(policy, "triggers") or not case.underway)]
    if not asked:
        raise ValueError(f"situations must hold at least one for port {port!r}")
    who = f"{_name(policy)} ({port})"
    first = [_ask(policy, who, number, case) for number, case in enumerate(asked)]
    with globalluck.reseeded():
        for number in reversed(range(len(asked))):
            if _ask(policy, who, number, asked[number]) != first[number]:
                raise PolicyError(
                    f"{who} decided differently when situation {number} came again, but must decide by its "
                    "arguments and parameters alone: no global generator, clock or memory between calls"
                )


def _ask(policy: Any, who: str, number: int, case: Case) -> str:
    """The digest of the decision in one situation, checked."""
    before, luck = digest(case.args), globalluck.fingerprint()
    try:
        decision = policy(*case.args)
    except Exception as error:
        raise PolicyError(
            f"{who} raised {type(error).__name__}: {error} in situation {number}, but must return a decision"
        ) from error
    if globalluck.fingerprint() != luck:
        raise PolicyError(
            f"{who} drew from a global generator in situation {number}, but must draw with view.luck, if at all"
        )
    if digest(case.args) != before:
        raise PolicyError(f"{who} changed what it was given in situation {number}, but must leave it as it is")
    try:
        _LEGAL[case.port](*case.args, decision)
    except PolicyError as error:
        raise PolicyError(f"{who} in situation {number}: {error}") from None
    return digest(decision)


def _name(policy: Any) -> str:
    return str(getattr(policy, "__name__", None) or type(policy).__name__)
