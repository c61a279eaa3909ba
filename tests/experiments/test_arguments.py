"""``key=value`` words of a command line: read, or refused in one sentence."""

import pytest

from experiments.arguments import values_of
from twin.errors import InputError


def test_words_are_a_mapping() -> None:
    """The first = parts a key from its value, which may hold more of them."""
    assert values_of(["where=x=1", "rows=3"], {"where": "", "rows": "", "sort": ""}) == {"where": "x=1", "rows": "3"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["row=3"], "'row=3' is not understood; did you mean 'rows'?"),
        (["rows"], "'rows' is not understood"),
        (["rows="], "'rows=' has no value; write rows=..."),
        (["rows=1", "rows=2"], "rows= is given twice; write it once"),
    ],
)
def test_a_word_that_cannot_be_obeyed_is_refused(words: list[str], said: str) -> None:
    """Unknown, without a value, or named twice: the word itself is in the sentence."""
    with pytest.raises(InputError) as error:
        values_of(words, ("rows", "sort"))
    assert said in str(error.value)
