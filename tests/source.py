"""Reading Python source without running it: what a module imports, names, calls and documents."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("twin", "policies", "scenarios", "experiments")
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DYNAMIC = ("importlib.import_module", "builtins.__import__")


@dataclass(frozen=True)
class Module:
    """One file: its path from the project's root, as posix, and its syntax tree."""

    path: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The top-level package it belongs to."""
        return self.path.split("/", 1)[0]


@dataclass(frozen=True)
class Import:
    """A name that is imported, in full (``twin.entities.Tour``), where, and whether importing the module does it."""

    name: str
    line: int
    at_import: bool

    @property
    def root(self) -> str:
        """The top-level package it comes from."""
        return self.name.split(".", 1)[0]


@dataclass(frozen=True)
class Use:
    """A dotted name in use, with aliases resolved, and the call made of it, if it is called."""

    name: str
    line: int
    call: ast.Call | None


def parse(text: str, path: str) -> Module:
    """A module from its text."""
    return Module(path, ast.parse(text))


def modules(*packages: str) -> list[Module]:
    """All modules of these packages, in order of path."""
    files = sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))
    return [parse(file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix()) for file in files]


def within(name: str, prefix: str) -> bool:
    """Whether a dotted name is this one or lies below it."""
    return name == prefix or name.startswith(f"{prefix}.")


@cache
def imports(module: Module) -> list[Import]:
    """Every import, also inside functions and by :func:`importlib.import_module` with a literal name."""
    return [*_statements(module.tree, module.path, at_import=True), *_dynamic(module)]


def _dynamic(module: Module) -> Iterator[Import]:
    for use in uses(module):
        if use.name in _DYNAMIC and use.call and use.call.args and isinstance(use.call.args[0], ast.Constant):
            yield Import(str(use.call.args[0].value), use.line, at_import=False)


def _statements(node: ast.AST, path: str, *, at_import: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_import) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _base(child, path)
            yield from (Import(f"{base}.{alias.name}", child.lineno, at_import) for alias in child.names)
        else:
            inside = isinstance(child, _FUNCTION) or _only_for_types(child)
            yield from _statements(child, path, at_import=at_import and not inside)


def _base(node: ast.ImportFrom, path: str) -> str:
    if not node.level:
        return node.module or ""
    parents = path.removesuffix(".py").split("/")[: -node.level]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


@cache
def uses(module: Module) -> list[Use]:
    """Every imported or built-in name in use, in full: ``np.random.rand`` as ``numpy.random.rand``."""
    known = {name: f"builtins.{name}" for name in dir(builtins)} | _aliases(module)
    calls = {id(node.func): node for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and (name := _dotted(node)):
            first, dot, rest = name.partition(".")
            if first in known:
                found.append(Use(f"{known[first]}{dot}{rest}", node.lineno, calls.get(id(node))))
    return found


def _aliases(module: Module) -> dict[str, str]:
    known: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            base = _base(node, module.path)
            known |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                known |= {alias.asname: alias.name} if alias.asname else {root: root}
    return known


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def undocumented(module: Module) -> list[str]:
    """``path:line name`` of everything public that has no docstring."""
    found = [] if ast.get_docstring(module.tree) else [f"{module.path}:1 module"]
    return found + [f"{module.path}:{line} {name}" for name, line in _bare(module.tree)]


def _bare(node: ast.AST) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if child.name.startswith("_"):
                continue
            if not ast.get_docstring(child):
                yield child.name, child.lineno
            if isinstance(child, ast.ClassDef):
                yield from _bare(child)
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from _bare(child)
