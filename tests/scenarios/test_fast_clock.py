"""A demo's clock: it never goes back over a restart, and running fast is no reason to call anybody silent."""

from pathlib import Path

import pytest
from sqlalchemy import URL

from kat_monitor.clock import ManualClock, RealClock, ScaledClock
from kat_monitor.demo import demo_clock, prepare_demo
from kat_monitor.settings import Settings
from tests.api.chairside import DOSE, Chairside, good, make, plan
from tests.server_fixtures import SECOND, START_US, Running, served

HOUR = 3600 * SECOND
RATE = 30.0
SILENCES = {"sensor_silent", "sensor_off", "device_silent", "gateway_silent", "clock_skew", "cuff_overdue"}


class FastClock(ManualClock):
    """Moved by hand in clinic time, of which `rate` seconds pass in a second of wall time."""

    def __init__(self, start_us: int, rate: float) -> None:
        super().__init__(start_us)
        self._start = start_us
        self.rate = rate

    def wall_us(self) -> int:
        return self._start + int((self.now_us() - self._start) / self.rate)

    async def sleep(self, wall_s: float) -> None:
        await self.sleep_until(self.now_us() + int(wall_s * self.rate * SECOND))


# -- over a restart ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "away", "reached"),
    [
        (None, 0, 0),
        ({"clinic": 10 * HOUR, "rate": 30.0}, 0, 10 * HOUR),
        ({"clinic": 10 * HOUR, "rate": 30.0}, HOUR, 40 * HOUR),
        ({"clinic": 10 * HOUR, "rate": 1.0}, HOUR, 11 * HOUR),
        ({"clinic": 0, "rate": 1.0}, HOUR, HOUR),
        ({"clinic": 10 * HOUR, "rate": 30.0}, -HOUR, 10 * HOUR),
    ],
    ids=["first run", "at once", "fast meanwhile", "slow now", "never ahead", "the machine's clock was set back"],
)
@pytest.mark.parametrize("speed", [1.0, 60.0])
def test_it_goes_on_from_where_it_was(anchor: dict[str, float] | None, away: int, reached: int, speed: float) -> None:
    """Times from the last start of the demo."""
    kept = None if anchor is None else {**anchor, "wall": START_US, "clinic": START_US + anchor["clinic"]}
    clock = demo_clock(speed, kept, START_US + away)
    if isinstance(clock, ScaledClock):
        assert clock.anchor == (START_US + away, START_US + reached)
        assert clock.rate == speed
    else:
        assert isinstance(clock, RealClock)
        assert reached == away


async def test_every_start_of_a_demo_is_later_than_the_one_before(database: URL, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    before = 0
    for speed in (120.0, 1.0, 30.0, 1.0):
        clock = await prepare_demo(settings, database, speed, "a password of some length")
        assert clock.now_us() >= before
        before = clock.now_us()


# -- no false silence --------------------------------------------------------------------------------------------------


async def dosed(running: Running) -> Chairside:
    """A session in dosing, with a monitor beside the cuff."""
    side = await plan(running)
    admin = await running.as_("admin")
    stand = {"gateway_id": side.cuff["gateway_id"], "chair_id": side.chair["id"], "interval_s": 1}
    await make(admin, "/devices", code="monitor", label="Monitor 1", kind="monitor", **stand)
    await side.check_in()
    await side.screened()
    good(await side.to("dosing", by="clinician", dose=DOSE, override=True, reason="no baseline here"))
    return side


async def wall_second(side: Chairside, number: int, *, cuff: bool) -> None:
    """What the gateway sends each second of wall time: the newest second only."""
    head = {"observed_at": side.running.now(), "device": "monitor", "seq": number}
    items = [{**head, "source": "pulse_ox", "spo2": 98, "heart_rate": 70}]
    if cuff:
        items.append({**head, "device": "cuff", "source": "nibp", "systolic": 120, "diastolic": 80})
    answer = good(await side.gateway.post("/readings", json={"sent_at": side.running.now(), "readings": items}))
    assert (answer["accepted"], answer["late"]) == (len(items), 0)


async def test_a_clock_that_runs_fast_makes_nobody_silent(database: URL) -> None:
    async with served(database, FastClock(START_US, RATE)) as running:
        side = await dosed(running)
        for number in range(1, 61):
            await wall_second(side, number, cuff=number % 5 == 0)
            await running.advance(RATE)
            assert {alert["limit"] for alert in await side.alerts()} & SILENCES == set()
        # And one that falls silent is noticed, by the wall.
        await running.advance(25 * RATE)
        assert "gateway_silent" in {alert["limit"] for alert in await side.alerts()}
