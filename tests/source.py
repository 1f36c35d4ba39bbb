"""What the source says without being run: modules, their imports, their use of params and folders."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent


@cache
def modules() -> tuple[str, ...]:
    """All modules under src, dotted; a package by its own name."""
    return tuple(sorted(_name(path) for path in (ROOT / "src").rglob("*.py")))


def path_of(module: str) -> Path:
    """The file of a module under src."""
    base = ROOT.joinpath(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


def does_nothing(module: str) -> bool:
    """Whether a module holds no more than a docstring, so that no result can depend on it."""
    return all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for node in tree(module).body
    )


@cache
def imports(module: str) -> frozenset[str]:
    """Every module that a module names in an import, at any depth of its code."""
    known, found = set(modules()), set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            name = _absolute(module, node)
            found.add(name)
            found |= {f"{name}.{a.name}" for a in node.names} & known
    return frozenset(found)


@cache
def closure(module: str) -> frozenset[str]:
    """The module and every module under src that runs when it is imported, packages included."""
    seen: set[str] = set()
    waiting = {module}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        named = {m for m in imports(name) if m.split(".")[0] == "src"}
        parents = {m.rsplit(".", i)[0] for m in named | {name} for i in range(m.count(".") + 1)}
        waiting |= (named | parents) - seen
    return frozenset(seen)


def params_used(module: str) -> set[str]:
    """The names of params.py that a module reads."""
    used: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module == "params":
            used |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and _is_name(node.value, "params"):
            used.add(node.attr)
    return used


def config_used(module: str) -> set[str]:
    """The attributes of a Config that a module reads, from ``config`` or from ``load_config()``."""
    return {
        node.attr
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute)
        and (
            _is_name(node.value, "config")
            or (isinstance(node.value, ast.Call) and _is_name(node.value.func, "load_config"))
        )
    }


def folders_named(module: str) -> set[str]:
    """Paths from the project's root that a module spells out below PREPARED, MODELS or OUT."""
    bases = {"PREPARED": "data/prepared", "MODELS": "out/models", "OUT": "out"}
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and isinstance(node.left, ast.Name)
            and node.left.id in bases
            and isinstance(node.right, ast.Constant)
            and isinstance(node.right.value, str)
        ):
            found.add(f"{bases[node.left.id]}/{node.right.value}")
    return found


def _absolute(module: str, node: ast.ImportFrom) -> str:
    """The module that ``from … import`` names, dotted from the top."""
    named = [node.module] if node.module else []
    if node.level == 0:
        return named[0]
    folder = path_of(module).parent.relative_to(ROOT).parts
    return ".".join([*folder[: len(folder) - node.level + 1], *named])


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
