"""What was wrong with an extract and what was done about it."""

from dataclasses import dataclass


@dataclass
class Repairs:
    """Counts of what an import found and repaired; zero means that nothing was wrong.

    ``read_nodes`` and ``read_edges`` are what the source held for cars, ``nodes`` and ``edges`` what remains.
    """

    read_nodes: int = 0
    read_edges: int = 0
    nodes: int = 0
    edges: int = 0
    not_for_cars: int = 0
    """Edges of the source that no car may use."""
    no_class: int = 0
    undirected: int = 0
    no_place: int = 0
    """Nodes without usable coordinates."""
    cut: int = 0
    """Ways or edges of which a node is missing."""
    lengths: int = 0
    odd_limits: int = 0
    no_limit: int = 0
    limits: int = 0
    """Edges of which the speed limit was asked, before bends were merged."""
    self_loops: int = 0
    parallel: int = 0
    bends: int = 0
    opened: int = 0
    components: int = 0
    unreachable: int = 0
    """Nodes outside the largest strongly connected component."""
    estimated: bool = False
    cells_outside: int = 0
    people_outside: float = 0.0
    areas_without_row: int = 0
    no_jobs: bool = False

    def sentences(self) -> list[str]:
        """One sentence for each thing that was found, then what is left."""
        found = [f"{count:,} {noun}{'' if count == 1 else 's'} {done}" for count, noun, done in self._said() if count]
        if self.estimated:
            found.append("No table of people was given: households and jobs are estimated from the streets.")
        if self.no_jobs:
            found.append("The table has no column of jobs: taken as 0.")
        return [*found, f"{self.nodes:,} nodes and {self.edges:,} edges are left, all reachable from each other."]

    def _said(self) -> list[tuple[int, str, str]]:
        share = 100 * self.no_limit / max(self.limits, 1)
        return [
            (self.not_for_cars, "edge", "left out: not for cars."),
            (self.no_class, "edge", "without a street class taken as residential."),
            (self.undirected, "edge", "taken as two-way: the graph does not say which way its streets run."),
            (self.no_place, "node", "without usable coordinates dropped."),
            (self.cut, "way", "trimmed: the extract lacks some of their nodes, as happens at a border."),
            (self.lengths, "length", "measured anew: missing, not positive or shorter than the straight line."),
            (self.odd_limits, "maxspeed", "not used: no number."),
            (self.no_limit, "edge", f"({share:.0f} %) without maxspeed given the speed of their street class."),
            (self.self_loops, "edge", "removed: back to where they begin."),
            (self.parallel, "edge", "removed: duplicates, or slower than another between the same nodes."),
            (self.bends, "node", "merged: only bends, or ends of map objects."),
            (self.opened, "one-way street", "opened in both directions: the only way in or out."),
            (self.unreachable, "node", f"dropped: not reachable from the rest and back (parts: {self.components:,})."),
            (
                self.cells_outside,
                "cell",
                f"of the table left out, without a street (people: {self.people_outside:,.0f}).",
            ),
            (self.areas_without_row, "area", "with streets but without a row in the table taken as empty."),
        ]
