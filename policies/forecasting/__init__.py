"""Forecast the parcels of a day by area: ``naive`` (baseline: last week's), ``weekday``."""
