"""Benchmarks, run by hand: ``pytest experiments/bench --benchmark-only`` (see docs/performance.md)."""
