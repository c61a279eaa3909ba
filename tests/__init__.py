"""The tests mirror the tree: tests/scenarios/test_demand.py tests scenarios/demand.py."""
