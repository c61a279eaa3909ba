"""Choose how a parcel goes: ``own_first`` (baseline), ``cheapest``, ``scored``."""
