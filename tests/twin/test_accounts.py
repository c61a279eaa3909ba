"""Double entry: what leaves one account enters another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.accounts import Accounts
from twin.errors import InvariantError
from twin.ledger import Account

account = st.sampled_from(list(Account))


@given(st.lists(st.tuples(account, account, st.integers(0, 10**15))))
def test_the_books_always_sum_to_zero(postings: list[tuple[Account, Account, int]]) -> None:
    """Whatever is booked, in whatever order."""
    accounts = Accounts()
    for to, source, amount in postings:
        accounts.move(to, source, amount)
    accounts.check()
    assert sum(accounts.balance) == 0


def test_cost_is_the_sum_of_the_cost_accounts() -> None:
    """Fees and cash are none."""
    accounts = Accounts()
    accounts.move(Account.LABOUR, Account.CASH, 5)
    accounts.move(Account.LOSSES, Account.CASH, 7)
    accounts.move(Account.CASH, Account.FEES, 100)
    assert accounts.cost == 12


@pytest.mark.parametrize("amount", [-1, 1.0, True, None, float("nan")])
def test_an_amount_is_a_whole_number_that_is_not_negative(amount: object) -> None:
    """I8: anything else is refused with the account's name and the value."""
    with pytest.raises(InvariantError, match="I8: a posting to ENERGY"):
        Accounts().move(Account.ENERGY, Account.CASH, amount)  # type: ignore[arg-type]


def test_books_that_do_not_sum_to_zero_are_refused() -> None:
    """I8: a balance that was changed on one side only."""
    accounts = Accounts()
    accounts.balance[Account.HUB] += 3
    with pytest.raises(InvariantError, match="I8: the accounts sum to 3"):
        accounts.check()
