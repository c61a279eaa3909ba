"""Blocks are neat in the core, loose outside, and never crowded."""

import numpy as np
from scipy.spatial import cKDTree

from scenarios.blocks import APART, draw_blocks
from twin.draws import Draws, Stream


def test_junctions_of_blocks_keep_apart() -> None:
    """No two stand closer than the limit."""
    places, _ = draw_blocks(Draws(1).generator(Stream.CITY, 2), 20.0)
    assert len(cKDTree(places.T).query_pairs(APART)) == 0


def test_the_core_s_grid_is_neat_and_the_suburbs_are_loose() -> None:
    """The way to the next junction varies at least twice as much outside."""
    places, _ = draw_blocks(Draws(1).generator(Stream.CITY, 2), 30.0)
    nearest = cKDTree(places.T).query(places.T, k=2)[0][:, 1]
    far = np.hypot(*places) / 30.0
    assert nearest[(far > 0.6) & (far < 1.0)].std() > 2.0 * nearest[far < 0.15].std()
