"""Holds docs/promises.md to its word: all ten promises stand there, and each test that it names as a guard exists."""

import ast
import re

from tests.project.source_tree import FUNCTIONS, ROOT, parsed

PAGE = ROOT / "docs/promises.md"
GUARD = re.compile(r"`(tests/[\w./-]+\.py)::(test_\w+)`")
PROMISES = 10


def _sections() -> list[str]:
    """The text below each `## n. promise`."""
    return re.split(r"^## (?=\d+\. )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def _exists(path: str, test: str) -> bool:
    file = ROOT / path
    if not file.is_file():
        return False
    return any(isinstance(node, FUNCTIONS) and node.name == test for node in ast.walk(parsed(file)))


def test_every_promise_has_tests_that_guard_it() -> None:
    sections = _sections()
    assert [int(section.split(".", 1)[0]) for section in sections] == list(range(1, PROMISES + 1))
    assert [section.splitlines()[0] for section in sections if len(GUARD.findall(section)) < 2] == []


def test_every_test_that_is_named_exists() -> None:
    named = GUARD.findall(PAGE.read_text(encoding="utf-8"))
    assert [f"{path}::{test}" for path, test in named if not _exists(path, test)] == []


def test_nothing_that_looks_like_a_test_escapes_the_check() -> None:
    """A name outside of the form that is checked could rot unseen."""
    rest = GUARD.sub("", PAGE.read_text(encoding="utf-8"))
    assert re.findall(r"\btest_\w+", rest) == []


def test_a_test_that_does_not_exist_is_seen() -> None:
    assert not _exists("tests/project/test_promises.py", "test_that_nobody_wrote")
    assert not _exists("tests/project/test_nothing.py", "test_a_test_that_does_not_exist_is_seen")
    assert _exists("tests/project/test_promises.py", "test_a_test_that_does_not_exist_is_seen")
