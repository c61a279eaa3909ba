"""GraphML as a stream of nodes and edges; a document type, and with it every entity, is refused."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from scenarios.streets import infile
from twin.errors import InputError

Data = dict[str, str]
Take = Callable[[str, Mapping[str, str], Data], None]
"""Told ``"node"`` or ``"edge"``, the attributes of the tag, and the data inside it."""


class GraphStream:
    """Handlers of expat: one node or edge at a time is handed on, nothing else is kept.

    Attributes
    ----------
    facts : dict
        Data of the graph itself.
    directed : bool
    """

    def __init__(self, path: Path, fields: Mapping[str, str], take: Take) -> None:
        self.facts: Data = {}
        self.directed = True
        self._path = path
        self._fields = fields
        self._take = take
        self._keys: dict[str, str] = {}
        self._field: str | None = None
        self._text: list[str] = []
        self._data = self.facts
        self._tag: Mapping[str, str] = {}

    def read(self) -> None:
        """Read the file to its end.

        Raises
        ------
        InputError
            If it is damaged or declares a document type.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for chunk in infile.chunks(self._path):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputError(f"{self._path} is damaged or truncated XML: {error}; export it again") from None

    def _doctype(self, *_: object) -> NoReturn:
        raise InputError(f"{self._path} declares a document type, which street graphs never need; export it again")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "data":
            self._field, self._text = self._keys.get(attributes.get("key", "")), []
        elif tag in ("node", "edge"):
            self._data, self._tag = {}, attributes
        elif tag == "key":
            name = attributes.get("attr.name", "").lower()
            if name in self._fields:
                self._keys[attributes.get("id", "")] = self._fields[name]
        elif tag == "graph":
            self.directed = attributes.get("edgedefault") != "undirected"

    def _characters(self, text: str) -> None:
        if self._field is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        if tag == "data":
            if self._field is not None:
                self._data[self._field] = "".join(self._text).strip()
            self._field = None
        elif tag in ("node", "edge"):
            self._take(tag, self._tag, self._data)
            self._data = self.facts
