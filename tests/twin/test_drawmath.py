"""The compiled draw is the plain one, to the last bit."""

from hypothesis import given
from hypothesis import strategies as st

from twin.draws import Draws, Stream


@given(
    st.integers(0, (1 << 63) - 1), st.sampled_from(list(Stream)), st.integers(-(1 << 62), (1 << 62) - 1),
    st.integers(0, (1 << 62) - 1),
)  # fmt: skip
def test_the_compiled_number_has_the_top_bits_of_the_plain_one(
    seed: int, stream: Stream, person: int, occasion: int
) -> None:
    """53 of the 64 bits of :meth:`Draws.bits`, for any key."""
    draws = Draws(seed)
    assert draws.uniform(stream, person, occasion) == (draws.bits(stream, person, occasion) >> 11) * 2.0**-53
