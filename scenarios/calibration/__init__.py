"""Fitting a scenario's parameters to records: one module a topic, each with ``fit(path, ...) -> Fit``."""
