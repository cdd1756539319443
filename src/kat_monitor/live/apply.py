"""What a screen does with the frames it gets, as one pure function: the same words as the dashboard's `apply.ts`.

1. `snapshot` replaces everything; closed alerts are dropped.
2. `changes` must carry `seq == state.seq + 1`, a heartbeat `seq == state.seq`; anything else is a gap, and a state with
   a gap takes nothing but the next snapshot.
3. Inside one `changes`: sessions, chairs_last, vitals, readiness, due, alerts, system, in this order.
4. A session is replaced at the chair it names; an ended one leaves its chair empty; a scheduled one takes only a free
   chair (and leaves the one it had); another session than the one there, or the same one leaving `scheduled`, begins
   with nothing; a moved one takes all along.
5. vitals replace whole metrics (null removes); a `trend` replaces from bucket `start` on. An empty chair takes none.
6. The items of `due` replace the whole list of every chair that they name; one without a kind only names its chair.
7. `chairs_last` replaces the last patient of every chair that it names; nothing else does.
8. readiness and alerts are replaced by id; a closed alert is removed; system is replaced whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]
ENDED = frozenset({"discharged", "cancelled"})
SERIES = ("systolic", "diastolic", "heart_rate", "spo2")


@dataclass(frozen=True, slots=True)
class Tile:
    """One chair as a screen knows it."""

    chair: Json
    session: Json | None = None
    vitals: Json = field(default_factory=dict)
    trend: Json | None = None
    readiness: Json | None = None
    due: list[Json] = field(default_factory=list)
    last: Json | None = None
    """Who left the chair last, until it is made ready or somebody sits down."""

    def emptied(self) -> "Tile":
        return Tile(self.chair, last=self.last)


@dataclass(frozen=True, slots=True)
class Wall:
    """All that a screen knows. `gap`: it missed something and waits for a snapshot."""

    seq: int = 0
    tiles: dict[str, Tile] = field(default_factory=dict)
    alerts: dict[str, Json] = field(default_factory=dict)
    system: Json | None = None
    gap: bool = True


def apply(wall: Wall, frame: Json) -> Wall:
    """The wall after one frame."""
    if frame["type"] == "snapshot":
        return _from_snapshot(frame)
    if wall.gap or frame["type"] == "hello":
        return wall
    if frame["type"] == "heartbeat":
        return wall if frame["seq"] == wall.seq else replace(wall, gap=True)
    if frame["seq"] != wall.seq + 1:
        return replace(wall, gap=True)
    return _changed(wall, frame)


def _from_snapshot(frame: Json) -> Wall:
    tiles = {
        item["chair"]["id"]: Tile(
            item["chair"], item["session"], item["vitals"], item["trend"], item["readiness"], item["due"], item["last"]
        )
        for item in frame["chairs"]
    }
    alerts = {alert["id"]: alert for alert in frame["alerts"] if alert["state"] != "closed"}
    return Wall(frame["seq"], tiles, alerts, frame["system"], gap=False)


def _changed(wall: Wall, frame: Json) -> Wall:
    tiles, alerts = dict(wall.tiles), dict(wall.alerts)
    for session in frame.get("sessions", ()):
        _place(tiles, session)
    _leave(tiles, frame.get("chairs_last", ()))
    for item in frame.get("vitals", ()):
        tile = tiles.get(item["chair_id"])
        if tile is not None and tile.session is not None:
            tiles[item["chair_id"]] = _with_vitals(tile, item)
    for ready in frame.get("readiness", ()):
        for chair_id, tile in tiles.items():
            if tile.session is not None and tile.session["id"] == ready["session_id"]:
                tiles[chair_id] = replace(tile, readiness=ready)
    for chair_id, items in _due_by_chair(frame.get("due", ())).items():
        tile = tiles.get(chair_id)
        if tile is not None and tile.session is not None:
            tiles[chair_id] = replace(tile, due=items)
    for alert in frame.get("alerts", ()):
        if alert["state"] == "closed":
            alerts.pop(alert["id"], None)
        else:
            alerts[alert["id"]] = alert
    return Wall(frame["seq"], tiles, alerts, frame.get("system", wall.system), gap=False)


def _leave(tiles: dict[str, Tile], lasts: Iterable[Json]) -> None:
    for item in lasts:
        tile = tiles.get(item["chair_id"])
        if tile is not None:
            tiles[item["chair_id"]] = replace(tile, last=item["last"])


def _due_by_chair(items: Iterable[Json]) -> dict[str, list[Json]]:
    """Per chair named all that is due there, in order."""
    found: dict[str, list[Json]] = {}
    for item in items:
        there = found.setdefault(item["chair_id"], [])
        if item["kind"] is not None:
            there.append(item)
    return found


def _place(tiles: dict[str, Tile], session: Json) -> None:
    before = next((t for t in tiles.values() if t.session is not None and t.session["id"] == session["id"]), None)
    if session["phase"] in ENDED:
        if before is not None:
            tiles[before.chair["id"]] = before.emptied()
        return
    there = tiles.get(session["chair_id"])
    if there is None:
        return
    occupied = there.session is not None and there.session["id"] != session["id"]
    if before is not None and before is not there:
        tiles[before.chair["id"]] = before.emptied()
    if session["phase"] == "scheduled" and occupied:
        return
    goes_on = before is not None and before.session is not None and before.session["phase"] != "scheduled"
    carried = before if goes_on and before is not None else Tile(there.chair)
    tiles[session["chair_id"]] = replace(carried, chair=there.chair, session=session, last=there.last)


def _with_vitals(tile: Tile, item: Json) -> Tile:
    vitals = dict(tile.vitals)
    for key, value in item.items():
        if key in ("chair_id", "trend"):
            continue
        if value is None:
            vitals.pop(key, None)
        else:
            vitals[key] = value
    return replace(tile, vitals=vitals, trend=_spliced(tile.trend, item["trend"]))


def _spliced(trend: Json | None, tail: Json | None) -> Json | None:
    if tail is None:
        return None
    start = tail.get("start", 0)
    rest = {key: value for key, value in tail.items() if key != "start"}
    if start == 0 or trend is None:
        return rest
    for name in SERIES:
        kept = trend[name][:start]
        rest[name] = kept + [None] * (start - len(kept)) + tail[name]
    return rest
