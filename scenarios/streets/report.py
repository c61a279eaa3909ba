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
        said = [
            (self.not_for_cars, "Left out {} edges that are not for cars."),
            (self.no_class, "{} edges have no street class: taken as residential."),
            (self.undirected, "The graph does not say which way its {} streets run: taken as two-way."),
            (self.no_place, "Dropped {} nodes without usable coordinates."),
            (self.cut, "Trimmed {} ways of which the extract lacks nodes, as happens at a border."),
            (self.lengths, "{} lengths were missing, not positive or shorter than the straight line: measured anew."),
            (self.odd_limits, "{} edges have a maxspeed that is no number: not used."),
            (self.no_limit, self._limits_sentence()),
            (self.self_loops, "Removed {} edges that lead back to where they begin."),
            (self.parallel, "Removed {} duplicate or slower parallel edges."),
            (self.bends, "Merged {} nodes that are only bends or ends of map objects."),
            (self.opened, "Opened {} one-way streets in both directions: they were the only way in or out."),
            (self.unreachable, self._components_sentence()),
            (self.estimated, "No table of people was given: households and jobs are estimated from the streets."),
            (self.cells_outside, self._outside_sentence()),
            (self.areas_without_row, "{} areas with streets are not in the table: nobody lives or works there."),
            (self.no_jobs, "The table has no column of jobs: taken as 0."),
        ]
        found = [text.format(f"{count:,}") for count, text in said if count]
        return [*found, f"{self.nodes:,} nodes and {self.edges:,} edges are left, all reachable from each other."]

    def _limits_sentence(self) -> str:
        share = 100 * self.no_limit / max(self.limits, 1)
        return f"{{}} of {self.limits:,} edges ({share:.0f} %) have no maxspeed: they have that of their street class."

    def _components_sentence(self) -> str:
        return f"Dropped {{}} nodes in {self.components - 1:,} parts from which the rest cannot be reached and back."

    def _outside_sentence(self) -> str:
        return f"{{}} cells of the table have no street: {self.people_outside:,.0f} people are left out."
