"""What all tests share: hypothesis without deadlines, and on a CI machine the same examples each time."""

import os

from hypothesis import settings

settings.register_profile("ours", deadline=None)
settings.load_profile("ci" if "CI" in os.environ else "ours")
