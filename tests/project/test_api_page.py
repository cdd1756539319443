"""Keeps the generated tables of the documents fresh: every route with its roles, every setting with its meaning."""

from pathlib import Path
from shutil import copy

import pytest

from kat_monitor.access.policy import POLICIES
from tests.project.source_tree import ROOT
from tools.api_page import between, fresh, routes_table, stale

PAGES = ("api.md", "operations.md")


def test_the_generated_tables_are_fresh() -> None:
    assert [page.name for page in stale(ROOT / "docs")] == [], "run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_a_table_that_was_changed_by_hand_is_seen_and_put_right(tmp_path: Path, page: str) -> None:
    for name in PAGES:
        copy(ROOT / "docs" / name, tmp_path)
    changed = tmp_path / page
    before = changed.read_text(encoding="utf-8")
    row = next(line for line in before.splitlines() if line.startswith(("| `POST", "| `KAT_")))
    changed.write_text(before.replace(row + "\n", "", 1), encoding="utf-8")
    assert stale(tmp_path) == [changed]
    assert fresh(tmp_path)[changed] == before


def test_the_table_names_every_route_once_with_its_roles_and_body() -> None:
    rows = routes_table().splitlines()[2:]
    named = [row.split("`")[1] for row in rows]
    assert len(named) == len(set(named)) == len(POLICIES) + 2, "the ingest doors are no routes of FastAPI"
    acknowledge = next(row for row in rows if "/acknowledge`" in row)
    assert "| nurse, clinician; at a station by name | `note?` `acknowledged_by?` | 200, 4XX, 503 |" in acknowledge


def test_a_page_without_markers_is_no_page() -> None:
    with pytest.raises(ValueError, match="no markers for routes"):
        between("# HTTP\n", "routes", "| |")
