"""Keeps the locks honest: complete, in agreement, checked by hash, and without the address of any index."""

import json
import re
import tomllib
from typing import Any

from tests.project.source_tree import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]*?))?\s*\\$", re.MULTILINE)
LOCKS = ("build", "lock", "run", "test")


def _text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")


def _pins(lock: str) -> dict[tuple[str, str], str]:
    """Version by (name, marker) of a lock."""
    return {(found[1], found[3] or ""): found[2] for found in PIN.finditer(_text(lock))}


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", r)[0].lower().replace("_", "-") for r in requirements}


def test_everything_asked_for_is_locked() -> None:
    project = _project()
    run = _names(project["project"]["dependencies"])
    wanted = {
        "run": run,
        "test": run | _names(project["project"]["optional-dependencies"]["test"]),
        "build": _names(project["build-system"]["requires"]),
        "lock": _names(project["dependency-groups"]["lock"]),
    }
    missing = {lock: sorted(names - {pin for pin, _ in _pins(lock)}) for lock, names in wanted.items()}
    assert missing == {lock: [] for lock in wanted}


def test_locks_agree() -> None:
    test = _pins("test")
    for lock in ("build", "run"):
        shared = _pins(lock).items() & test.items()
        assert {key for key, _ in shared} == _pins(lock).keys() & test.keys()
    assert _pins("run").keys() <= test.keys()


def test_every_pin_has_a_hash() -> None:
    for lock in LOCKS:
        bare = [
            block.split()[0] for block in re.split(r"\n(?=\S)", _text(lock).strip()) if "--hash=sha256:" not in block
        ]
        assert not bare, f"requirements/{lock}.txt"


def test_locks_hold_no_address() -> None:
    for lock in LOCKS:
        assert not re.search(r"://|--(?:extra-)?index-url|--find-links|\s@\s", _text(lock)), f"requirements/{lock}.txt"


def test_dashboard_lock_holds_integrity_and_no_address() -> None:
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: entry for name, entry in packages.items() if name and not entry.get("link")}
    assert installed
    assert not [name for name, entry in installed.items() if "resolved" in entry]
    assert not [name for name, entry in installed.items() if "integrity" not in entry and not entry.get("inBundle")]
