"""Real cities: OpenStreetMap extracts and graphs, repaired, with people, compiled into one file."""

from scenarios.streets.build import compile_city, import_city
from scenarios.streets.report import Repairs

__all__ = ["Repairs", "compile_city", "import_city"]
