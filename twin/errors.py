"""The three ways a run can go wrong, told apart because the reader's next step differs."""


class InputError(ValueError):
    """What the user gave is wrong. The message is one sentence: where, key, value, fix."""


class PolicyError(RuntimeError):
    """A policy raised or returned something illegal. The message names the policy and the decision."""


class InvariantError(AssertionError):
    """The model broke one of its own laws (``I1`` to ``I16``): a bug in the twin, never in the input."""
