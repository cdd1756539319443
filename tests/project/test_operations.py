"""Keeps what an operator and a client are told in step with the program: metrics, lines of the log, refusals."""

import ast
import re

import pytest

from tests.project.source_tree import ROOT, python_trees

SERVER = ROOT / "src/kat_monitor"
METRIC = re.compile(r"kat_[a-z_]+")
LOGGED = {"debug", "info", "warning", "error", "exception", "critical"}
REFUSALS = {"refused": 0, "unavailable": 0, "KatError": 1}
"""Functions that make a refusal, and which argument is its code."""


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _calls() -> list[tuple[str, str, list[str | None]]]:
    """(object, function, its arguments as far as they are texts) of every call in the server."""
    found = []
    for path, tree in python_trees():
        if not path.is_relative_to(SERVER):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                texts = [str(a.value) if isinstance(a, ast.Constant) else None for a in node.args]
                called = ast.unparse(node.func)
                owner, _, name = called.rpartition(".")
                found.append((owner, name, texts))
    return found


def test_every_metric_is_explained() -> None:
    made = {
        text
        for _, name, texts in _calls()
        if name.endswith("MetricFamily")
        for text in texts[:1]
        if text is not None and METRIC.fullmatch(text)
    }
    assert len(made) > 10
    assert {metric for metric in made if metric not in _page("operations.md")} == set()


def test_every_line_of_the_log_is_explained() -> None:
    written = {texts[0] for owner, name, texts in _calls() if owner == "log" and name in LOGGED and texts}
    assert len(written) > 10
    assert {line for line in written if f"`{line}`" not in _page("operations.md")} == set()


@pytest.mark.parametrize("maker", REFUSALS)
def test_every_refusal_is_listed(maker: str) -> None:
    place = REFUSALS[maker]
    codes = {texts[place] for _, name, texts in _calls() if name == maker and len(texts) > place} - {None}
    assert codes
    assert {code for code in codes if f"`{code}`" not in _page("api.md")} == set()
