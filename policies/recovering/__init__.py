"""Resolve an exception: ``fixed_order`` (baseline), ``least_cost``."""
