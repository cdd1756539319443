"""A private PostgreSQL in the data folder, so that a demo, the tests and a small clinic need no installed server.

It is started once and shared by every process that uses the folder; the last one out stops it. A server left behind by
a killed process is adopted, never fought with. It listens on a unix socket in its own folder only.
"""

import fcntl
import os
import pwd
import shutil
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from kat_monitor.store.binaries import Programs, find_programs
from kat_monitor.store.errors import StartRefused

ROLE = "kat"
DATABASE = "kat"
PORT = 5432
"""Only names the socket file; nothing listens on TCP."""
LONGEST_SOCKET_PATH = 107
HERE = "/proc/self/cwd"
"""The data folder as its own processes see it, whatever the folders above allow."""
START_TIMEOUT_S = 300
"""Recovery after a crash may have much to replay."""
STUCK_TIMEOUT_S = 30.0
"""How long a server that is there but does not answer is waited for before start-up is refused."""

CONFIGURATION = """
# KAT Monitor
listen_addresses = ''
port = 5432
unix_socket_directories = '.'
unix_socket_permissions = 0777      # the folder itself is closed to others
max_connections = 60
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_error_verbosity = terse         # no patient data in logs: no details, no statements, no parameters
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
jit = off
max_wal_size = 4GB
"""


class Embedded:
    """One private PostgreSQL. Blocking: call from a thread when an event loop runs."""

    def __init__(self, folder: Path, *, stuck_s: float = STUCK_TIMEOUT_S) -> None:
        self._folder = folder
        self._stuck_s = stuck_s
        self._data = folder / "data"
        self._user_lock = -1
        self._data_fd = -1
        self._programs: Programs | None = None

    def start(self) -> None:
        """Start the server, or adopt the one that runs. Raises StartRefused with the reason."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _Turn(self._folder / "start.lock"):
            self._programs = self._prepared()
            self._allow_current_user()
            if not self._adopted():
                self._start()
            self._data_fd = os.open(self._data, os.O_RDONLY | os.O_DIRECTORY)
            self._user_lock = _opened(self._folder / "users.lock")
            fcntl.flock(self._user_lock, fcntl.LOCK_SH)

    def stop(self) -> None:
        """Let go of the server; the last process that uses the folder stops it. Safe to call twice."""
        if self._programs is None or self._user_lock < 0:
            return
        with _Turn(self._folder / "start.lock"):
            if _is_last(self._user_lock):
                self._pg("pg_ctl", "-D", HERE, "-w", "-m", "fast", "-t", "60", "stop")
            os.close(self._user_lock)
            os.close(self._data_fd)
            self._user_lock = self._data_fd = -1

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str = DATABASE) -> URL:
        """The address for SQLAlchemy. Good in this process only when the folder's path is too long for a socket."""
        return URL.create(
            "postgresql+asyncpg",
            username=ROLE,
            database=database,
            query={"host": self.socket_folder, "port": str(PORT)},
        )

    @property
    def socket_folder(self) -> str:
        """The folder of the socket, by a path short enough to connect to."""
        plain = str(self._data.absolute())
        fits = len(f"{plain}/.s.PGSQL.{PORT}".encode()) <= LONGEST_SOCKET_PATH
        return plain if fits and ":" not in plain and "," not in plain else f"/proc/self/fd/{self._data_fd}"

    @property
    def postmaster_pid(self) -> int | None:
        """The process id of the server by its own pid file, or None."""
        try:
            return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    # Making the database

    def _prepared(self) -> Programs:
        if (self._data / "PG_VERSION").exists():
            return find_programs(self._data, existing_owner=self._data.stat().st_uid)
        # Made beside and renamed: an initdb cut short by a crash is thrown away, never half used.
        building = self._folder / "data.building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        programs = find_programs(building, existing_owner=None)
        if programs.user is not None:
            os.chown(building, programs.user.pw_uid, programs.user.pw_gid)
        self._initdb(programs, building)
        building.rename(self._data)
        return programs

    def _initdb(self, programs: Programs, building: Path) -> None:
        # C.UTF-8 of PostgreSQL itself: the same order and the same lower() on every machine.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = programs.run(building, "initdb", "-D", HERE, "-U", ROLE, "--auth=peer", "-E", "UTF8", *locale)
        if done.returncode != 0:
            raise StartRefused("initdb_failed", f"The database could not be made: {done.stderr.strip()}")
        with (building / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)
        (building / "pg_hba.conf").write_text("local all all peer map=kat\n")
        made = programs.run(
            building, "postgres", "--single", "-D", HERE, "postgres", text=f"CREATE DATABASE {DATABASE};\n"
        )
        if made.returncode != 0:
            raise StartRefused("initdb_failed", f"The database could not be made: {made.stderr.strip()}")

    def _allow_current_user(self) -> None:
        """Only the system user that runs this process may connect."""
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError as error:
            raise StartRefused(
                "no_user_name",
                f"User {os.geteuid()} has no name on this system, which PostgreSQL needs; add it to passwd.",
            ) from error
        line = f'kat "{name}" {ROLE}\n'
        file = self._data / "pg_ident.conf"
        if line not in file.read_text():
            file.write_text(line)
            if self._answers() == 0:
                self._pg("pg_ctl", "-D", HERE, "reload")

    # Starting and adopting

    def _pg(self, program: str, *args: str, timeout_s: float = 90.0) -> tuple[int, str]:
        assert self._programs is not None
        done = self._programs.run(self._data, program, *args, timeout_s=timeout_s)
        return done.returncode, (done.stdout + done.stderr).strip()

    def _answers(self) -> int:
        """0 the server takes connections, 1 it is starting or stopping, 2 nobody answers (pg_isready)."""
        return self._pg("pg_isready", "-h", HERE, "-p", str(PORT), "-t", "1")[0]

    def _adopted(self) -> bool:
        """Whether a server already runs on this folder and takes connections.

        A server that is starting, stopping or stuck is waited for; one that has died is cleared away.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        silent_until = time.monotonic() + self._stuck_s
        while True:
            answer = self._answers()
            if answer == 0:
                return True
            pid = self.postmaster_pid
            if pid is None or not self._is_server(pid):
                self._clear_leftovers()
                return False
            now = time.monotonic()
            if now > (silent_until if answer == 2 else deadline):
                raise StartRefused(
                    "postgres_stuck",
                    f"PostgreSQL (process {pid}) runs on {self._data} but does not answer; it is left alone.",
                )
            time.sleep(0.1)

    def _is_server(self, pid: int) -> bool:
        """Whether the process lives (a zombie does not) and is the PostgreSQL of this folder."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        name, _, rest = stat.partition("(")[2].rpartition(")")
        if rest.split()[0] in "ZX":
            return False
        try:
            return Path(f"/proc/{pid}/cwd").stat().st_ino == self._data.stat().st_ino
        except FileNotFoundError:
            return False
        except PermissionError:
            # A container's root may not look at other users' processes: the name must do.
            return name == "postgres"

    def _clear_leftovers(self) -> None:
        """Remove what a dead server left: its pid file would stop a start when it names a zombie or a re-used id."""
        for name in ("postmaster.pid", f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self._data / name).unlink(missing_ok=True)

    def _start(self) -> None:
        args = ("-D", HERE, "-w", "-t", str(START_TIMEOUT_S), "-l", f"{HERE}/start.log", "start")
        give_up = time.monotonic() + self._stuck_s
        while True:
            code, text = self._pg("pg_ctl", *args, timeout_s=START_TIMEOUT_S + 30)
            if code == 0:
                return
            # Backends of a killed server hold its memory for a moment longer.
            if time.monotonic() > give_up or "pre-existing shared memory" not in self._log_tail():
                raise StartRefused("postgres_failed", f"PostgreSQL did not start: {text}\n{self._log_tail()}")
            time.sleep(0.2)
            self._clear_leftovers()

    def _log_tail(self) -> str:
        file = self._data / "start.log"
        return file.read_text(errors="replace")[-2000:] if file.exists() else ""


class _Turn:
    """One process at a time starts or stops the server of a folder; a killed holder lets go by dying."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._fd = -1

    def __enter__(self) -> None:
        self._fd = _opened(self._file)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)


def _opened(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_last(user_lock: int) -> bool:
    try:
        fcntl.flock(user_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
