"""Resolve an exception: ``fixed_order`` (baseline), ``cheapest``."""
