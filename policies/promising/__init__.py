"""Quote a checkout: ``fixed`` (baseline: everything with room, one price), ``calibrated``."""
