"""Tell a customer: ``silent`` (baseline), ``proactive``."""
