"""Sweeps: every combination, replicated, on several processors, with results that survive."""
