"""The command line: serve, demo, migrate, check, first accounts, simulated patients, verify."""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
import uvloop
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from sqlalchemy import URL

from kat_monitor import __version__
from kat_monitor.access.passwords import Passwords, generated_password
from kat_monitor.access.provision import DEMO_PEOPLE, clinic_batch, person_row
from kat_monitor.api.fields import Code, Line
from kat_monitor.app import Server, WebServer, calm_collector, listen, set_up_logging, web_server
from kat_monitor.clock import Clock, RealClock
from kat_monitor.demo import prepare_demo, write_past, write_present
from kat_monitor.domain.registry import Clinic, Role
from kat_monitor.errors import KatError
from kat_monitor.history.checks import run_checks
from kat_monitor.history.verify import run_verify
from kat_monitor.settings import Settings, load_settings
from kat_monitor.store.batch import Batch, RowWrite, StoreAway, StoreRefused
from kat_monitor.store.connect import Deadlines, database_url
from kat_monitor.store.embedded import Embedded
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.migrate import migrate, require_newest
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from kat_simulators.demo import Account, Accounts, run_demo
from kat_simulators.load import DEFAULT_SCENARIO
from kat_simulators.load import simulate as simulate_load
from kat_simulators.memory import Memory
from kat_simulators.outbox import DoorRefused
from kat_simulators.tables import ScenarioError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Vital-sign monitoring for supervised sessions.",
)
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="A file of KAT_NAME=value lines.")]
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_CODE: TypeAdapter[str] = TypeAdapter(Code)


def main() -> None:
    """Entry point. A refusal is one sentence and exit 1, never a traceback."""
    try:
        app()
    except (StartRefused, StoreAway, StoreRefused, KatError, DoorRefused, ScenarioError, OSError) as error:
        Console(stderr=True).print(f"[bold]kat-monitor:[/bold] {_sentence(error)}", highlight=False)
        sys.exit(1)
    except ValidationError as error:
        lines = [f"KAT_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        Console(stderr=True).print("[bold]kat-monitor:[/bold] wrong settings\n" + "\n".join(lines), highlight=False)
        sys.exit(2)


def _sentence(error: BaseException) -> str:
    detail = getattr(error, "detail", None)
    return str(detail or error)


@contextmanager
def _database(settings: Settings) -> Iterator[URL]:
    """The configured server's address, or a private PostgreSQL for as long as it is needed."""
    if settings.database_url is not None:
        yield database_url(settings.database_url.get_secret_value())
        return
    with Embedded(settings.data_dir / "postgres") as embedded:
        yield embedded.url()


def _run(main_task: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        uvloop.run(main_task())
    except KeyboardInterrupt:
        sys.exit(130)


# -- serving -----------------------------------------------------------------------------------------------------------


@app.command()
def serve(settings_file: SettingsFile = None) -> None:
    """The server. Settings come from KAT_* variables or a file; the schema must be up to date (`migrate`)."""
    settings = load_settings(settings_file)
    set_up_logging(settings)
    with _database(settings) as url:
        _run(lambda: _serve(settings, RealClock(), url, _nothing_beside))


Beside = Callable[[str], Awaitable[None]]


async def _nothing_beside(address: str) -> None:
    Console().print(f"KAT Monitor {__version__} on {address}", highlight=False)


async def _serve(settings: Settings, clock: Clock, url: URL, beside: Beside) -> None:
    """Serve until told to stop; `beside` runs as soon as the address answers."""
    server = Server(settings, clock, url)
    code = await server.start()
    calm_collector()
    listening = listen(settings.host, settings.port)
    web = web_server(server.asgi, settings)
    host, port = listening.getsockname()[:2]
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, _stop, web)
    serving = asyncio.create_task(web.serve([listening]))
    address = f"http://{host}:{port}"
    if code is not None:
        said = f"Nobody has an account yet. Open {address} and make the first one with this code: [bold]{code}[/bold]"
        Console().print(said, highlight=False, soft_wrap=True)
    companion = asyncio.create_task(_when_started(web, beside, address))
    try:
        await asyncio.wait({serving, companion}, return_when=asyncio.FIRST_COMPLETED)
        if companion.done():
            companion.result()
            await serving
    finally:
        companion.cancel()
        web.should_exit = True
        server.hub.close_all()
        await asyncio.gather(serving, companion, return_exceptions=True)
        await server.stop()
        listening.close()


def _stop(web: WebServer) -> None:
    """Asked to end: answer what is under way, close the store, exit 0."""
    web.should_exit = True


async def _when_started(web: Any, beside: Beside, address: str) -> None:
    while not web.started:
        await asyncio.sleep(0.01)
    await beside(address)


# -- the demo ----------------------------------------------------------------------------------------------------------


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="TCP port on 127.0.0.1; 0 takes any free one.")] = 8000,
    speed: Annotated[float, typer.Option(min=1.0, max=120.0, help="How fast the clinic clock runs.")] = 1.0,
    chairs: Annotated[int, typer.Option(min=1, max=60)] = 8,
    data: Annotated[Path, typer.Option(help="Folder of the demo's database.")] = Path("kat-data/demo"),
) -> None:
    """A clinic with simulated patients in every phase, on this machine alone."""
    settings = load_settings().model_copy(
        update={"host": "127.0.0.1", "port": port, "cookie_secure": False, "data_dir": data, "log_format": "console"}
    )
    settings = settings.model_copy(update={"log_level": os.environ.get("KAT_LOG_LEVEL", "warning")})
    set_up_logging(settings)
    given = settings.demo_password
    password = generated_password() if given is None else given.get_secret_value()
    with _database(settings) as url:
        _run(lambda: _demo(settings, url, speed, chairs, password))


async def _demo(settings: Settings, url: URL, speed: float, chairs: int, password: str) -> None:
    await migrate(url)
    clock = await prepare_demo(settings, url, speed, password)
    known = await write_past(settings, url, chairs, clock.now_us())
    memory = settings.data_dir / "demo.json"
    await write_present(settings, url, known, chairs, clock.now_us(), Memory.load(memory))
    console = Console()

    async def play(address: str) -> None:
        console.print(f"\nKAT Monitor {__version__}, a simulated clinic: [bold]{address}[/bold]", highlight=False)
        for username, (name, role) in DEMO_PEOPLE.items():
            console.print(f"  {username:<10} {password}   {name}, {role.value}", highlight=False)
        if speed > 1:
            console.print(f"  The clinic clock runs {speed:g} times as fast.", highlight=False)
        console.print("  Ctrl+C ends it; the same command goes on where it stopped.\n", highlight=False)
        people = Accounts(*(Account(u, password) for u in ("admin", "nurse", "clinician")))
        await run_demo(address, people, chairs, clock, memory=memory)

    await _serve(settings, clock, url, play)


async def _new_clinic(writer: Writer, name: str, at: int) -> Clinic:
    clinic, batch = clinic_batch(name, at)
    await writer.commit(batch)
    return clinic


# -- the record --------------------------------------------------------------------------------------------------------


@app.command("migrate")
def migrate_command(settings_file: SettingsFile = None) -> None:
    """Bring the database to the newest schema."""
    with _database(load_settings(settings_file)) as url:
        revision = asyncio.run(migrate(url))
    Console().print(f"The schema is at {revision}.", highlight=False)


@app.command()
def check(settings_file: SettingsFile = None) -> None:
    """Configuration, database, clock and audit chain, each with a verdict; exit 1 if one is bad."""
    settings = load_settings(settings_file)
    with _database(settings) as url:
        bad = asyncio.run(run_checks(settings, url, Console()))
    sys.exit(1 if bad else 0)


@app.command("create-clinic")
def create_clinic(name: str, settings_file: SettingsFile = None) -> None:
    """A tenant, with the shipped protocols as version 1."""
    settings = load_settings(settings_file)
    name = _fitting(_LINE, name, "A clinic's name")

    async def work(writer: Writer, reader: Reader) -> str:
        unnamed = [stored.clinic for stored in await reader.standing.clinics() if not stored.clinic.name]
        if unnamed:  # made by `serve` on an empty database
            await writer.commit(
                Batch(rows=[RowWrite("clinic", {"clinic_id": unnamed[0].id}, {"name": name}, "update")])
            )
            return f"Clinic {name}: {unnamed[0].id}"
        clinic = await _new_clinic(writer, name, RealClock().now_us())
        return f"Clinic {clinic.name}: {clinic.id}"

    _with_store(settings, work)


@app.command("create-admin")
def create_admin(
    username: Annotated[str, typer.Option(prompt=True)],
    name: Annotated[str, typer.Option(prompt=True, help="As colleagues read it.")],
    clinic: Annotated[str | None, typer.Option(help="Its id; may be left out while there is only one.")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """The first account of a clinic. The password is asked for, or generated and shown once."""
    settings = load_settings(settings_file)
    username, name = _fitting(_CODE, username, "A username"), _fitting(_LINE, name, "A person's name")
    typed = getpass.getpass("Password (empty: generate one): ") if sys.stdin.isatty() else ""
    password = typed or generated_password()
    hashed = Passwords().hash_now(password)

    async def work(writer: Writer, reader: Reader) -> str:
        found = await _clinic(reader, clinic)
        for stored in await reader.standing.clinics():
            if any(u.username.casefold() == username.casefold() for u in await reader.standing.users(stored.clinic.id)):
                raise StartRefused("username_taken", f"The username {username} is taken.")
        row = person_row(found.id, username, name, Role.ADMIN, hashed, RealClock().wall_us())
        await writer.commit(Batch(rows=[row]))
        return f"{username}: {password}" if not typed else f"{username} may log in."

    _with_store(settings, work)


def _fitting(kind: TypeAdapter[str], text: str, what: str) -> str:
    """What the HTTP door would take too. Raises StartRefused."""
    try:
        return kind.validate_python(text)
    except ValidationError as error:
        raise StartRefused("bad_value", f"{what} does not fit: {error.errors()[0]['msg']}") from None


async def _clinic(reader: Reader, wanted: str | None) -> Clinic:
    clinics = [stored.clinic for stored in await reader.standing.clinics()]
    fitting = [c for c in clinics if wanted is None or str(c.id) == wanted]
    if len(fitting) != 1:
        known = ", ".join(f"{c.name} ({c.id})" for c in clinics) or "none yet: create-clinic comes first"
        raise StartRefused("which_clinic", f"Name one clinic with --clinic. Known: {known}")
    return fitting[0]


def _with_store(settings: Settings, work: Callable[[Writer, Reader], Awaitable[str]]) -> None:
    """Run on a database nobody serves at the moment."""

    async def run(url: URL) -> str:
        await require_newest(url, settings.connect_s)
        writer, reader = Writer(url, Deadlines.of(settings)), Reader(url, Deadlines.of(settings), size=1)
        await writer.open()
        try:
            return await work(writer, reader)
        finally:
            await writer.close()
            await reader.close()

    with _database(settings) as url:
        said = asyncio.run(run(url))
    Console().print(said, highlight=False)


@app.command()
def verify(
    sessions: Annotated[list[UUID] | None, typer.Argument(help="Session ids; all by default.")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Fold stored journals through their pinned protocols, compare with the stored alerts; exit 1 on a difference."""
    settings = load_settings(settings_file)
    with _database(settings) as url:
        code = asyncio.run(run_verify(settings, url, sessions or [], Console()))
    sys.exit(code)


# -- simulated load ----------------------------------------------------------------------------------------------------


@app.command()
def simulate(
    url: Annotated[str, typer.Option(help="Of the server.")],
    key: Annotated[str, typer.Option(help="A gateway key.")],
    sessions: Annotated[int, typer.Option(min=1)] = 8,
    rate: Annotated[float, typer.Option(min=0.01, help="Readings a second of each stream.")] = 1.0,
    scenario: str = DEFAULT_SCENARIO,
    seconds: Annotated[float | None, typer.Option(help="Stop after so long; until Ctrl+C by default.")] = None,
) -> None:
    """Simulated patients posted through the real door, with a progress display; exit 1 when nothing was accepted."""

    async def run() -> None:
        await simulate_load(url, key, sessions, rate, RealClock(), scenario=scenario, seconds=seconds)

    _run(run)


if __name__ == "__main__":
    main()
