"""The short way of quiet readings leaves a session exactly as the long way does, on generated sessions."""

from array import array
from collections.abc import Mapping, Sequence
from enum import Enum
from random import Random
from typing import Any

from hypothesis import given

from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import Source
from kat_monitor.rules.fold import apply_entry, take_reading
from kat_monitor.rules.quiet import stays_quiet
from kat_monitor.rules.state import SessionState, new_session
from tests.oracle.test_against_engine import SEEDS
from tests.unit.session_story import Tale

PLAIN = (str, int, float, bytes, Enum, type(None))
CALM = {"heart_rate": 70.0, "spo2": 98.0, "respiratory_rate": 14.0, "temperature": 36.6}
STREAMS = (Source.ECG, Source.PULSE_OX, Source.ART, Source.OTHER)


def told(thing: Any) -> Any:
    """Everything that an object remembers, as plain values that compare."""
    if isinstance(thing, PLAIN):
        return thing
    if isinstance(thing, Mapping):
        return {repr(key): told(value) for key, value in thing.items()}
    if isinstance(thing, (set, frozenset)):
        return sorted(map(repr, thing))
    if isinstance(thing, (Sequence, array)):
        return [told(each) for each in thing]
    slots = getattr(type(thing), "__slots__", None)
    if slots and type(thing).__module__.startswith("kat_monitor.rules") and type(thing).__name__ != "Compiled":
        return {name: told(getattr(thing, name)) for name in slots}
    return repr(thing)


def session(seed: int) -> Tale:
    """A session with mostly calm streams, and now and then what must not be taken for calm."""
    rng = Random(seed)
    tale = Tale().dosed() if rng.random() < 0.8 else Tale().prepared()
    minute = 10.5
    for _ in range(rng.randint(20, 120)):
        minute += rng.choice((0.0, 0.0, 1 / 60, 5 / 60, 0.5, 3.0))
        what = rng.random()
        if what < 0.03:
            tale.ask(minute, tale.event("oxygen", state=rng.choice(("on", "off")), l_min=2))
        elif what < 0.08:
            tale.cuff(minute, rng.choice((118.0, 190.0)), 78.0, heart_rate=71.0)
        else:
            _streamed(rng, tale, minute)
    return tale


def _streamed(rng: Random, tale: Tale, minute: float) -> None:
    source = rng.choice(STREAMS)
    values = {name: CALM[name] for name in rng.sample(sorted(CALM), rng.randint(1, 4))}
    if rng.random() < 0.1:
        name = rng.choice(sorted(values))
        values[name] = {"heart_rate": 140.0, "spo2": 89.0, "respiratory_rate": 7.0, "temperature": 40.5}[name]
    if source is Source.ART and rng.random() < 0.5:
        values |= {"systolic": rng.choice((121.0, 185.0)), "diastolic": 79.0}
    flags = rng.choice((Flag.MOTION, Flag.SENSOR_OFF, Flag.SUSPECT)) if rng.random() < 0.1 else 0
    back = rng.choice((0.2, 2.0)) if rng.random() < 0.1 else 0.0
    tale.reading(minute - back, source, received=minute, flags=int(flags), late=back > 1, **values)


def both_ways(tale: Tale) -> tuple[SessionState, SessionState, int]:
    """The session folded with the short way and without it, and how many readings took it."""
    short, long = (new_session(tale.created, tale.version, tale.compiled) for _ in range(2))
    quiet = 0
    for entry in tale.entries:
        if not isinstance(entry, Reading):
            apply_entry(short, entry)
            apply_entry(long, entry)
            continue
        if stays_quiet(short, entry):
            quiet += 1
        else:
            take_reading(short, entry)
        take_reading(long, entry)
    return short, long, quiet


@given(SEEDS)
def test_the_short_way_comes_to_the_same(seed: int) -> None:
    short, long, _ = both_ways(session(seed))
    assert told(short) == told(long)


def test_generated_sessions_take_it_often_and_not_always() -> None:
    for seed in range(20):
        tale = session(seed)
        quiet = both_ways(tale)[2]
        readings = sum(isinstance(entry, Reading) for entry in tale.entries)
        assert quiet < readings
    assert sum(both_ways(session(seed))[2] for seed in range(20)) > 200
