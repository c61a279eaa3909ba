"""What a delivered parcel costs, by what it is paid for."""

from experiments.comparison import Comparison
from experiments.figures import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, YELLOW
from twin.ledger import Account

GROUPS = {
    "Drivers": (BLUE, (Account.LABOUR, Account.OVERTIME)),
    "Vehicles and energy": (SKY, (Account.VEHICLE, Account.RUNNING, Account.ENERGY, Account.REPAIRS)),
    "Remote operators": (PURPLE, (Account.SUPERVISION,)),
    "Depots, picking, stock": (GREEN, (Account.HUB, Account.PICKING, Account.TRANSFER, Account.HOLDING)),
    "Carriers": (ORANGE, (Account.CARRIER,)),
    "Messages and contacts": (YELLOW, (Account.MESSAGES, Account.CONTACTS)),
    "Remedies and losses": (RED, (Account.REMEDIES, Account.LOSSES)),
}
"""Accounts by what a manager could change; together they are all costs."""


def costs_per_parcel(found: Comparison, arm: str) -> dict[Account, float]:
    """Account -> USD per delivered parcel, over all worlds of an arm."""
    records = found.records[arm]
    delivered = sum(record["totals"]["delivered"] for record in records)
    if not delivered:
        return {}
    return {
        account: sum(record["totals"].get(f"cost_{account.name.lower()}", 0.0) for record in records) / delivered
        for account in Account
        if account.is_cost
    }
