"""Adapt the strategy: ``none`` (baseline), ``bayes``."""
