"""Adapt the strategy: ``none`` (baseline), ``bottleneck``."""
