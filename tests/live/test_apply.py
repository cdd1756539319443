"""`apply(snapshot, changes) == later snapshot` on generated histories, here and in the dashboard's own code."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kat_monitor.live.apply import Wall
from tests.live.stage import Stage, drained, folded

ROOT = Path(__file__).parents[2]


async def history(seed: int, acts: int, *, named: bool = True) -> tuple[int, list[dict[str, Any]]]:
    """Play and compare at every tenth act; (snapshots compared, all frames with the snapshots between)."""
    stage = Stage(seed)
    watching = stage.screen(named=named)
    wall, compared = Wall(), 0
    frames: list[dict[str, Any]] = []
    for number in range(acts):
        stage.act()
        if number % 10 != 9:
            continue
        await stage.hub.tick()
        newcomer = stage.screen(named=named)
        new = [json.loads(text) for text in await drained(watching)]
        wall = folded(wall, new)
        [snapshot] = [json.loads(text) for text in await drained(newcomer)]
        stage.hub.leave(stage.clinic, newcomer)
        assert wall == folded(Wall(), [snapshot]), f"seed {seed}, act {number}"
        frames += [*new, snapshot]
        compared += 1
    return compared, frames


@given(seed=st.integers(min_value=0, max_value=2**32))
@example(seed=7506).via("what was due came before the move that it belonged to")
@example(seed=455).via("who took a chair was told before who left it")
@example(seed=10026).via("what was planned behind one who moves was not told")
@settings(max_examples=60)
async def test_changes_lead_to_the_later_snapshot(seed: int) -> None:
    compared, _ = await history(seed, 80)
    assert compared == 8


@given(seed=st.integers(min_value=0, max_value=2**32))
@settings(max_examples=20)
async def test_screens_without_names_never_get_one(seed: int) -> None:
    _, frames = await history(seed, 60, named=False)
    text = json.dumps(frames)
    assert "Ruiz" not in text
    assert "Bo Li" not in text


async def test_what_is_due_is_flat_and_an_emptied_chair_is_named() -> None:
    """As the contract gives it: every item says its chair, kind, time and state."""
    items = [item for seed in range(8) for frame in (await history(seed, 80))[1] for item in frame.get("due", ())]
    assert {"chair_id", "kind", "at", "state"} <= set.intersection(*(set(item) for item in items))
    assert {item["state"] for item in items if item["kind"] is not None} <= {"planned", "due", "overdue", "missed"}


def test_due_items_replace_those_of_the_chairs_they_name() -> None:
    cuff = {"kind": "cuff", "at": "2026-11-20T14:00:00Z", "state": "planned"}
    point = {**cuff, "kind": "point"}
    chairs = [
        {
            "chair": {"id": id},
            "session": {"id": f"of {id}"},
            "vitals": {},
            "trend": None,
            "readiness": None,
            "due": [cuff],
            "last": None,
        }
        for id in "123"
    ]
    snapshot = {"type": "snapshot", "seq": 1, "chairs": chairs, "alerts": [], "system": None}
    new = [
        {"chair_id": "1", **point},
        {"chair_id": "2", "kind": None, "at": None, "state": None},
        {"chair_id": "1", **cuff},
    ]
    wall = folded(Wall(), [snapshot, {"type": "changes", "seq": 2, "due": new}])
    assert [[item["kind"] for item in tile.due] for tile in wall.tiles.values()] == [["point", "cuff"], [], ["cuff"]]


async def test_a_gap_takes_nothing_but_a_snapshot() -> None:
    """A frame lost on the way must be noticed, not papered over."""
    _, frames = await history(3, 60)
    is_change = [frame["type"] == "changes" for frame in frames]
    lost = next(i for i in range(len(frames) - 1) if i > 10 and is_change[i] and is_change[i + 1])
    after = folded(folded(Wall(), frames[:lost]), frames[lost + 1 : lost + 2])
    assert after.gap
    snapshot = next(frame for frame in frames[lost:] if frame["type"] == "snapshot")
    assert not folded(after, [snapshot]).gap


async def test_the_dashboard_folds_the_same(tmp_path: Path, long_factor: int) -> None:
    """The same generated histories through `apply.ts`."""
    histories = []
    for seed in range(12 * long_factor):
        _, frames = await history(seed, 80)
        # A snapshot has the number of the frame before it; the very first one begins the history.
        histories.append({"name": f"seed {seed}", "frames": frames})
    path = tmp_path / "histories.json"
    path.write_text(json.dumps({"histories": histories}))
    ran = await asyncio.create_subprocess_exec(
        sys.executable,
        "tools/dashboard.py",
        "test",
        "histories",
        cwd=ROOT,
        env={**os.environ, "KAT_HISTORIES": str(path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await ran.communicate()
    assert ran.returncode == 0, said.decode()[-4000:]
