"""Which parameters decide a figure, and where a decision flips."""
