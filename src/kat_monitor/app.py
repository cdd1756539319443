"""The composition root: settings become parts, parts become the server. The only place where everything meets."""

import asyncio
import gc
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import structlog
import uvicorn
from prometheus_client import CollectorRegistry
from sqlalchemy import URL

from kat_monitor.access.directory import Directory
from kat_monitor.access.first_run import FirstRun
from kat_monitor.access.loading import fill_directory
from kat_monitor.access.passwords import Passwords
from kat_monitor.access.provision import clinic_batch
from kat_monitor.access.sign_in import SignIn
from kat_monitor.access.throttle import Throttle
from kat_monitor.api.assemble import build_api
from kat_monitor.api.parts import Parts
from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import TimerArmed
from kat_monitor.errors import KatError
from kat_monitor.ingest import door, stream
from kat_monitor.ingest.inbox import Bounds, Inbox
from kat_monitor.ingest.readback import ReadBack
from kat_monitor.ingest.turn import Work
from kat_monitor.ingest.works import FireTimer, FoldDiffers, Forget
from kat_monitor.live.hub import Hub
from kat_monitor.pipeline import Pipeline
from kat_monitor.protocols.loader import fallback_escalation
from kat_monitor.rules.review import ReviewResult
from kat_monitor.settings import Settings
from kat_monitor.store.batch import Notice, StoreAway
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.migrate import require_newest
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from kat_monitor.watch.reviews import OWED_KEY, EnterReview, Material, Reviews, look_again
from kat_monitor.watch.sweep import EVERY_S, Sweep
from kat_monitor.watch.timers import Timers
from kat_monitor.watch.webhook import MarkNotice, Webhook

DASHBOARD = Path(__file__).parent / "dashboard"
PEER_SILENT_MS = 15_000
"""A peer that takes nothing for so long is dropped by the kernel (TCP_USER_TIMEOUT)."""
LAG_EVERY_S = 0.25
IDLE_US = 3_600_000_000
RESTART_S = 1.0
GC_YOUNG = 50_000
"""Objects made before the collector looks: its pauses are the tail of the latency (design 10)."""

log = structlog.get_logger()
Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(slots=True)
class Lag:
    """How late the event loop is: the worst of the last few looks, seconds."""

    worst_s: float = 0.0


class Server:
    """All parts of one running server. `start` makes it ready, `asgi` answers, `stop` ends it in order."""

    def __init__(self, settings: Settings, clock: Clock, url: URL, *, quick_passwords: bool = False) -> None:
        self.settings = settings
        self._url = url
        self.clock = clock
        deadlines = Deadlines.of(settings)
        self.reader = Reader(url, deadlines, size=settings.readers)
        self.writer = Writer(url, deadlines)
        self.directory = Directory()
        self.first_run = FirstRun()
        self.throttle = Throttle(clock)
        self.passwords = Passwords(quick=quick_passwords)
        self.hub = Hub(clock)
        self.timers = Timers(clock)
        self.reviews = Reviews(clock)
        self.readback = ReadBack(self.reader, clock)
        self.inbox = Inbox(
            Bounds(
                readings=settings.inbox_readings,
                batch=settings.batch_readings,
                backlog_batch=settings.backlog_batch_readings,
            )
        )
        self.pipeline = Pipeline(
            clock=clock,
            inbox=self.inbox,
            writer=self.writer,
            readback=self.readback,
            hub=self.hub,
            timers=self.timers,
            reviews=self.reviews,
            throttle=self.throttle,
            directory=self.directory,
        )
        self.lag = Lag()
        self.crashes = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._workers: ProcessPoolExecutor | None = None
        self._client = httpx.AsyncClient()
        target, secret = settings.webhook_url, settings.webhook_secret
        self.webhook = Webhook(
            clock,
            None if target is None else target.get_secret_value(),
            None if secret is None else secret.get_secret_value(),
            self._client,
        )
        self.asgi: Asgi = self._assemble()

    def _assemble(self) -> Asgi:
        settings = self.settings
        api = build_api(
            Parts(
                clock=self.clock,
                settings=settings,
                pipeline=self.pipeline,
                reader=self.reader,
                hub=self.hub,
                directory=self.directory,
                passwords=self.passwords,
                throttle=self.throttle,
                sign_in=SignIn(self.directory, self.passwords, self.throttle),
                metrics=CollectorRegistry(),
                loop_lag_s=lambda: self.lag.worst_s,
                first_run=self.first_run,
                webhook=self.webhook,
                dashboard=DASHBOARD if DASHBOARD.is_dir() else None,
            )
        )
        return dispatch(
            api,
            door.Door(self.pipeline, settings.ingest_body_bytes),
            stream.Stream(self.pipeline, settings.ingest_body_bytes),
        )

    # -- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> str | None:
        """Take the database, read memory back, start the tasks. Raises StartRefused or StoreAway.

        Where nobody has an account yet: the code that makes the first one.
        """
        await require_newest(self._url, self.settings.connect_s)
        await self.writer.open()
        if not await self.reader.standing.clinics():
            # It gets its name from its first admin.
            await self.writer.commit(clinic_batch("", self.clock.now_us())[1])
        timers = await self._load()
        for clinic_id, timer in timers:
            self.timers.arm(clinic_id, timer)
        for clinic_id, clinic in self.pipeline.clinics.items():
            # From now on it counts who watches, even before the first screen or change.
            self.hub.feed(clinic)
            self.reviews.recall(clinic_id, await self.reader.ledger.meta(clinic_id, OWED_KEY), self.clock.now_us())
        self._spawn("writer", self.pipeline.run)
        self._spawn("timers", lambda: self.timers.run(self._fire))
        self._spawn("sweep", self._sweep)
        self._spawn("hub", self.hub.run)
        self._spawn("reviews", lambda: self.reviews.run(self._material, self._look_again, self._enter_review))
        self._spawn("webhook", self._webhook)
        self._spawn("lag", self._measure_lag)
        for clinic_id, session_id in self.readback.take_differing():
            await self._submit(FoldDiffers(clinic_id, session_id))
        return None if self.directory.users else self.first_run.begin()

    async def _load(self) -> list[tuple[UUID, TimerArmed]]:
        """Memory from the record. Most of it stays, so the collector does not look at it while it grows."""
        gc.disable()
        try:
            timers = await self.readback.load_all()
            await self._fill_directory()
        finally:
            gc.enable()
        return timers

    async def _fill_directory(self) -> None:
        clinics = list(self.pipeline.clinics)
        await fill_directory(self.directory, self.reader.standing, clinics, self.clock.wall_us())

    async def stop(self) -> None:
        """Tell the screens, let go of the tasks, close the store."""
        self.hub.close_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.inbox.fail_all(KatError(503, "stopping", "The server is stopping.", retry_after_s=2))
        if self._workers is not None:
            self._workers.shutdown(wait=True, cancel_futures=True)
        await self._client.aclose()
        await self.writer.close()
        await self.reader.close()

    def _spawn(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.append(asyncio.create_task(self._keep_running(name, run), name=name))

    async def _keep_running(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """A bug is a crash of that task: logged, counted, and the task begins again."""
        while True:
            try:
                await run()
                log.error("task_ended", task=name)
            except Exception:  # the edge where a crash is seen and the task restarted
                log.exception("task_crashed", task=name)
            self.crashes += 1
            await asyncio.sleep(RESTART_S)

    # -- the tasks -------------------------------------------------------------------------------------------------

    async def _submit(self, work: Work) -> None:
        with suppress(KatError):
            await self.pipeline.submit(work)

    async def _fire(self, clinic_id: UUID, timer: TimerArmed) -> None:
        try:
            await self.pipeline.submit(FireTimer(clinic_id, timer))
        except KatError:
            # Nothing can be recorded now; the timer stays due and is tried again.
            self.timers.arm(clinic_id, timer)
            await self.clock.sleep(RESTART_S)

    async def _sweep(self) -> None:
        fallback = fallback_escalation()
        while True:
            await self.clock.sleep(EVERY_S)
            for clinic_id in list(self.pipeline.clinics):
                await self._submit(Sweep(clinic_id, self.clock, self.hub.screens, fallback))
                await self._submit(Forget(clinic_id, IDLE_US))

    async def _material(self, clinic_id: UUID, session_id: UUID) -> Material:
        return await review_material(self.reader, self.pipeline, clinic_id, session_id, self.clock.now_us())

    async def _look_again(self, material: Material) -> ReviewResult:
        """In a process of its own, so that a long session does not hold up the loop."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._review_worker(), look_again, material)
        except BrokenProcessPool:
            # The worker was killed; a new one does it.
            self._workers = None
            return await asyncio.get_running_loop().run_in_executor(self._review_worker(), look_again, material)

    def _review_worker(self) -> ProcessPoolExecutor:
        if self._workers is None:
            self._workers = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        return self._workers

    async def _enter_review(self, work: EnterReview) -> None:
        await self.pipeline.submit(work)

    async def _webhook(self) -> None:
        await self.webhook.run(self._notices, self._is_taken, self._mark)

    async def _notices(self, wall_us: int) -> Sequence[Notice]:
        found: list[Notice] = []
        try:
            for clinic_id in list(self.pipeline.clinics):
                found += [n for n in await self.reader.ledger.notices_waiting(clinic_id) if n.due_at <= wall_us]
        except StoreAway:
            return []
        return found

    def _is_taken(self, notice: Notice) -> bool:
        """Somebody has acknowledged it, or it is closed: nobody is called any more."""
        clinic = self.pipeline.clinics[notice.clinic_id]
        alert = next((a for a in clinic.open_alerts() if a.id == notice.alert_id), None)
        return alert is None or alert.acknowledged

    async def _mark(self, work: MarkNotice) -> None:
        await self._submit(work)

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LAG_EVERY_S)
            late = loop.time() - before - LAG_EVERY_S
            self.lag.worst_s = max(late, self.lag.worst_s * 0.8)


async def review_material(reader: Reader, pipeline: Pipeline, clinic_id: UUID, session_id: UUID, now: int) -> Material:
    """A session's whole journal, with corrections of whose readings are, and its alerts."""
    entries = await reader.corrections.entries(clinic_id, session_id)
    created: Any = entries[0]
    clinic = pipeline.clinics[clinic_id]
    version = clinic.protocols[created.protocol_code, created.protocol_version]
    known = await reader.alerts.of_session(clinic_id, session_id)
    return Material(created, version, entries, known, now)


def calm_collector() -> None:
    """For a process that only serves: what was loaded lives as long as it does, so the collector leaves it alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_YOUNG)


def dispatch(api: Asgi, readings: Asgi, frames: Asgi) -> Asgi:
    """The ingest doors stand ahead of FastAPI: routing inside it would cost more than the rest of an ingest."""

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        kind = scope["type"]
        if kind == "http" and scope["path"] == door.PATH and scope["method"] == "POST":
            await readings(scope, receive, send)
        elif kind == "websocket" and scope["path"] == stream.PATH:
            await frames(scope, receive, send)
        else:
            await api(scope, receive, send)

    return asgi


def listen(host: str, port: int) -> socket.socket:
    """Our own listening socket; what it accepts inherits TCP_USER_TIMEOUT."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Saying TCP matters: asyncio sends small packets at once (TCP_NODELAY) only on sockets that say so, else each
    # answer waits up to 40 ms for the peer's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, PEER_SILENT_MS)
    listening.bind((host, port))
    listening.listen(2048)
    listening.set_inheritable(True)
    return listening


class WebServer(uvicorn.Server):
    """uvicorn that leaves signals alone: it would raise them again after its end, before the store is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def web_server(asgi: Asgi, settings: Settings) -> WebServer:
    """uvicorn, without its own logging of requests: addresses and paths are nobody's business."""
    return WebServer(
        uvicorn.Config(
            asgi,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=settings.ingest_body_bytes,
            ws_ping_interval=10.0,
            ws_ping_timeout=10.0,
            ws_per_message_deflate=False,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=5,
        )
    )


def set_up_logging(settings: Settings) -> None:
    """Structured lines on standard error: ids and codes, never patient data."""
    level = {"debug": 10, "info": 20, "warning": 30, "error": 40}[settings.log_level]
    shown: Any = structlog.processors.JSONRenderer()
    if settings.log_format == "console":
        shown = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
