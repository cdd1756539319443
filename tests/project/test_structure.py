"""Keeps the shape of the code: sizes, names, opening sentences, imports in sight, and nothing of one machine."""

import ast
import re
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.project.source_tree import (
    FUNCTIONS,
    ROOT,
    TEXT,
    files,
    line_count,
    name,
    python_trees,
    with_suffix,
)

PYTHON_LINES, SCRIPT_LINES, FUNCTION_LINES, MEDIAN_LINES = 400, 250, 70, 160
EMPTY_NAMES = {"utils", "util", "manager", "managers", "helper", "helpers", "base", "common", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w.~$}\])])/(?:work|root|home/[\w.-]+|Users/[\w.-]+)/")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")


def _is_migration(path: Path) -> bool:
    """Migrations are a record of what was done, as long as it was."""
    return path.is_relative_to(ROOT / "alembic/versions")


def test_modules_stay_small() -> None:
    python = [p for p in with_suffix(".py") if not _is_migration(p)]
    too_long = [f"{name(p)}: {line_count(p)} lines" for p in python if line_count(p) > PYTHON_LINES]
    scripts = with_suffix(".ts", ".tsx", ".js", ".css", under="frontend")
    too_long += [f"{name(p)}: {line_count(p)} lines" for p in scripts if line_count(p) > SCRIPT_LINES]
    assert not too_long


def test_the_usual_module_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = [line_count(p) for folder in ("src", "simulators") for p in with_suffix(".py", under=folder)]
    sizes = [size for size in sizes if size > 1]  # a package's opening sentence is no module to read
    with capsys.disabled():
        sys.stdout.write(f"\nmodules: {len(sizes)}, median {median(sizes):.0f} lines, largest {max(sizes)}\n")
    assert median(sizes) <= MEDIAN_LINES


def test_functions_stay_short() -> None:
    too_long = [
        f"{name(path)}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path, tree in python_trees()
        if not _is_migration(path)
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and node.end_lineno and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not too_long


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        name(path)
        for path, tree in python_trees()
        if not (ast.get_docstring(tree) or "").split("\n\n")[0].rstrip().endswith((".", "?", ":"))
    ]
    assert not silent


def test_imports_stand_at_the_top() -> None:
    hidden = {
        f"{name(path)}:{inner.lineno}: import inside {node.name}"
        for path, tree in python_trees()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert not hidden


def test_names_say_what_is_inside() -> None:
    empty = [
        name(path)
        for path in with_suffix(".py", ".ts", ".tsx")
        if EMPTY_NAMES & {*path.stem.lower().split("_"), *path.relative_to(ROOT).parts[:-1]}
    ]
    assert not empty


def test_nothing_is_left_unfinished() -> None:
    sources = [p for folder in ("src", "simulators", "tools", "alembic") for p in with_suffix(".py", under=folder)]
    sources += with_suffix(".ts", ".tsx", under="frontend")
    left = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not left


def test_no_file_knows_a_machine() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not found


def _dotted(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def test_tests_use_real_parts_and_never_look_away() -> None:
    banned = re.compile(
        r"(?:pytest\.)?(?:mark\.)?(?:skip|skipif|xfail|importorskip)|time\.sleep|monkeypatch\.setattr|\w*Mock"
    )
    found = {
        f"{name(path)}:{node.lineno}: {_dotted(node)}"
        for path, tree in python_trees()
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and banned.fullmatch(_dotted(node))
    }
    assert not found
