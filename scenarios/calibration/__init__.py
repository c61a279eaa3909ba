"""Fitting a scenario's parameters to records: one module a topic, each with ``fit(path, *, options...) -> Fit``.

The keyword-only parameters of ``fit`` are the options of ``twin calibrate TOPIC FILE key=value``: texts, numbers and
truth values, each with a default, whose type is theirs. Its docstring is what ``twin calibrate TOPIC --help`` shows, so
it names the columns. Records are read with :func:`scenarios.calibration.table.read_table`.
"""
