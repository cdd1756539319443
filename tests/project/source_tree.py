"""The project's own files, found by walking the tree, so that the tests of its structure also run outside of git."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = {"__pycache__", "node_modules", "dist", "build", "data", "kat-data", "test-results"}
DASHBOARD = ROOT / "src/kat_monitor/dashboard"
TEXT = {
    ".css",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".md",
    ".py",
    ".sh",
    ".svg",
    ".toml",
    ".ts",
    ".tsx",
    ".txt",
    ".yaml",
    ".yml",
    "",
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            if path.name != ".git":  # where git keeps a worktree's files: a path of this machine
                yield path
        elif path.name not in BUILT and path != DASHBOARD and (path.name == ".ci" or not path.name.startswith(".")):
            yield from _walk(path)


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project that somebody wrote: nothing built, nothing downloaded."""
    return tuple(_walk(ROOT))


def with_suffix(*suffixes: str, under: str = "") -> list[Path]:
    """The project's files with one of these endings, under one folder."""
    return [p for p in files() if p.suffix in suffixes and p.is_relative_to(ROOT / under)]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def python_trees() -> list[tuple[Path, ast.Module]]:
    """Every Python file with its tree."""
    return [(path, parsed(path)) for path in with_suffix(".py")]


def name(path: Path) -> str:
    """A file as one writes it in a message: from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def line_count(path: Path) -> int:
    """How many lines a text file has."""
    return len(path.read_text(encoding="utf-8").splitlines())
