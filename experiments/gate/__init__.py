"""The gate: a change that made a key figure worse is stopped, and only such a change."""
