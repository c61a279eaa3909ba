"""Playing a result again from what its folder says, and packing all that this takes into one file."""
