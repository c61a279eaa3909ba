"""Double entry: money leaves one account and enters another, and the books always sum to zero (I8)."""

import numpy as np

from twin.errors import InvariantError
from twin.ledger import Account


class Accounts:
    """Running balances by account, beside the written postings."""

    __slots__ = ("audited", "balance", "counted")

    def __init__(self) -> None:
        self.balance = [0] * len(Account)
        self.audited = 0
        """How many written postings have been added up in ``counted``, for the audit."""
        self.counted = np.zeros(len(Account), dtype=np.int64)

    def move(self, account: int, source: int, amount: int) -> None:
        """Book an amount; both legs, or an error."""
        if type(amount) is not int or amount < 0:
            raise InvariantError(f"I8: a posting to {Account(account).name} has the amount {amount!r}")
        self.balance[account] += amount
        self.balance[source] -= amount

    def check(self) -> None:
        """Refuse books that do not sum to zero."""
        if sum(self.balance):
            raise InvariantError(f"I8: the accounts sum to {sum(self.balance)} micro-dollars, not 0")

    @property
    def cost(self) -> int:
        """All costs so far."""
        return sum(self.balance[account] for account in Account if account.is_cost)
