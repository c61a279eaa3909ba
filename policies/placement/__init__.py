"""Place stock: ``static`` (baseline: fill up to the opening stock), ``sensed``."""
