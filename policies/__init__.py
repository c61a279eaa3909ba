"""Decisions: one folder a port, one small file a policy, the baseline first; ``check`` tests anybody's."""
