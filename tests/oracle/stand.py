"""One made-up session after another: drawn from a seed, woven into a journal, told in short when something differs."""

import dataclasses
from collections.abc import Callable
from functools import cache
from random import Random

from kat_monitor.domain.journal import Entry
from kat_monitor.domain.protocol import Limit, ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.protocols.loader import shipped, version_of
from tests.oracle.compare import shortest
from tests.oracle.made_protocols import make_protocol
from tests.oracle.stories import Raw, tell
from tests.oracle.weave import START, weave
from tests.oracle.words import SECOND

HEAD = ("position", "session_id", "kind", "by", "at", "committed_at")


@cache
def pack(code: str) -> ProtocolVersion:
    """A protocol as shipped."""
    return version_of(shipped()[code][0], 1, code)


def drawn(seed: int) -> tuple[ProtocolVersion, list[Raw]]:
    """The protocol and the story of a seed: one in five sessions has the shipped infusion pack."""
    rng = Random(seed)
    version = pack("iv_infusion") if rng.random() < 0.2 else make_protocol(rng)
    return version, tell(rng, version, rng.randint(20, 90))


def explained(
    seed: int, version: ProtocolVersion, story: list[Raw], differ: Callable[[ProtocolVersion, list[Raw]], list[str]]
) -> str:
    """What differs, in the shortest story that still shows a difference."""
    story = shortest(story, lambda tried: bool(differ(version, tried)))
    version = fewest_limits(version, story, differ)
    limits = [str(limit) for limit in version.protocol.limits]
    lines = [told(entry) for entry in weave(version, story).entries]
    return "\n".join([f"seed {seed}", *limits, *lines, *differ(version, story)])


def fewest_limits(
    version: ProtocolVersion, story: list[Raw], differ: Callable[[ProtocolVersion, list[Raw]], list[str]]
) -> ProtocolVersion:
    """The protocol without the limits that the difference does not need."""
    named = {raw.data[0] for raw in story if raw.kind == "override"}
    for limit in version.protocol.limits:
        rest = tuple(one for one in version.protocol.limits if one is not limit)
        if not rest or limit.code in named:
            continue
        tried = with_limits(version, rest)
        if differ(tried, story):
            version = tried
    return version


def with_limits(version: ProtocolVersion, limits: tuple[Limit, ...]) -> ProtocolVersion:
    return dataclasses.replace(version, protocol=dataclasses.replace(version.protocol, limits=limits))


def told(entry: Entry) -> str:
    """An entry in one line, times in seconds of the story."""
    if isinstance(entry, Reading):
        return (
            f"{entry.position} reading source={entry.source} received={seconds(entry.received_at)} "
            f"effective={seconds(entry.effective_at)} late={entry.late} flags={entry.flags} "
            f"interval_ms={entry.interval_ms} values={entry.values}"
        )
    fields = {f.name: getattr(entry, f.name) for f in dataclasses.fields(entry) if f.name not in HEAD}
    when = f"at={seconds(entry.at)} committed={seconds(entry.committed_at)}"
    return f"{entry.position} {entry.kind} {when} {fields}"


def seconds(time: int) -> float:
    return (time - START) / SECOND
