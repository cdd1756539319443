"""The private PostgreSQL: started once, adopted when left behind, never fought with, and open to nobody else."""

import asyncio
import ctypes
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from kat_monitor.store.binaries import INSTALL, find_programs
from kat_monitor.store.embedded import LONGEST_SOCKET_PATH, PORT, ROLE, Embedded
from kat_monitor.store.errors import StartRefused

CHILD_SUBREAPER = 36

HOLDER = """
import sys, time
from pathlib import Path
from kat_monitor.store.embedded import Embedded
server = Embedded(Path(sys.argv[1]))
server.start()
print(server.postmaster_pid, flush=True)
sys.stdin.read()
server.stop()
"""


def ask(server: Embedded, statement: str) -> object:
    """One value from the server's `kat` database."""

    async def run() -> object:
        connection = await asyncpg.connect(host=server.socket_folder, port=PORT, user=ROLE, database="kat")
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    with asyncio.Runner() as runner:
        return runner.run(run())


def ask_often(server: Embedded) -> None:
    """Until a reload of the server's configuration, just asked for, has been done."""
    for _ in range(1000):
        ask(server, "SELECT 1")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for one server; whatever the test left running is stopped."""
    place = tmp_path / "postgres"
    yield place
    if (place / "data" / "PG_VERSION").exists():
        with Embedded(place):
            pass


@pytest.fixture
def orphans_come_to_us() -> Iterator[None]:
    """Daemons become our children and, as nobody waits for them, zombies when they die: as in a container."""
    libc = ctypes.CDLL(None)
    libc.prctl(CHILD_SUBREAPER, 1)
    yield
    libc.prctl(CHILD_SUBREAPER, 0)


def hold(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the server of `folder` until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def announced(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def until_gone(pid: int) -> None:
    """Until the process has died, a zombie or not."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except FileNotFoundError:
            return
    raise AssertionError(f"process {pid} still runs")


def test_it_keeps_its_data_and_listens_on_its_own_socket_only(folder: Path) -> None:
    with Embedded(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS x")
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SHOW fsync") == "on"
        assert ask(server, "SELECT lower('ÉVA')") == "éva"
        data = folder / "data"
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert Path(f"/proc/{server.postmaster_pid}").stat().st_uid == data.stat().st_uid != 0
        pid = server.postmaster_pid
    assert pid is not None
    until_gone(pid)

    with Embedded(folder) as server:
        assert ask(server, "SELECT x FROM kept") == 7


def test_only_the_user_that_runs_the_server_may_connect(folder: Path) -> None:
    with Embedded(folder) as server:
        (folder / "data" / "pg_ident.conf").write_text('kat "somebody-else" kat\n')
        ask(server, "SELECT pg_reload_conf()")
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            ask_often(server)
        with Embedded(folder) as second:
            assert ask(second, "SELECT 1") == 1


def test_a_path_longer_than_a_socket_may_have(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    assert len(str(deep)) > LONGEST_SOCKET_PATH
    with Embedded(deep) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_server_left_behind_by_kill_9_is_adopted(folder: Path) -> None:
    first = hold(folder)
    postmaster = announced(first)
    first.kill()
    first.communicate()

    with Embedded(folder) as server:
        assert server.postmaster_pid == postmaster
        assert ask(server, "SELECT 1") == 1
    until_gone(postmaster)


def test_a_killed_server_is_started_again_even_as_a_zombie(folder: Path, orphans_come_to_us: None) -> None:
    first = Embedded(folder)
    first.start()
    ask(first, "CREATE TABLE kept AS SELECT 7 AS x")
    killed = first.postmaster_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until_gone(killed)
    assert "Z" in Path(f"/proc/{killed}/stat").read_text()

    with Embedded(folder) as server:
        assert server.postmaster_pid != killed
        assert ask(server, "SELECT x FROM kept") == 7
        first.stop()
    os.waitpid(killed, 0)


def test_a_pid_file_that_names_somebody_else_does_not_stop_a_start(folder: Path) -> None:
    with Embedded(folder):
        pass
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'data'}\n0\n{PORT}\n.\n\n")

    with Embedded(folder) as server:
        assert server.postmaster_pid != os.getpid()
        assert ask(server, "SELECT 1") == 1


def test_a_server_that_does_not_answer_is_left_alone(folder: Path) -> None:
    with Embedded(folder) as server:
        pid = server.postmaster_pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(StartRefused) as refusal:
                Embedded(folder, stuck_s=0.0).start()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert refusal.value.code == "postgres_stuck"
        assert str(pid) in refusal.value.detail
        assert ask(server, "SELECT 1") == 1


def test_the_last_one_out_stops_it(folder: Path) -> None:
    first = hold(folder)
    postmaster = announced(first)
    second = Embedded(folder)
    second.start()
    assert second.postmaster_pid == postmaster

    first.communicate("")
    assert ask(second, "SELECT 1") == 1
    second.stop()
    until_gone(postmaster)
    second.stop()


def test_two_starts_at_once_share_one_server(folder: Path) -> None:
    both = [hold(folder), hold(folder)]

    assert announced(both[0]) == announced(both[1])
    for process in both:
        process.communicate("")
        assert process.returncode == 0


def test_an_initdb_cut_short_is_thrown_away(folder: Path) -> None:
    (folder / "data.building").mkdir(parents=True)
    (folder / "data.building" / "PG_VERSION").write_text("18")

    with Embedded(folder) as server:
        assert ask(server, "SELECT 1") == 1
    assert not (folder / "data.building").exists()


def test_programs_out_of_reach_are_copied_to_where_the_user_can_run_them(tmp_path: Path) -> None:
    """As root with the environment below a closed folder; anybody else runs the programs where they are."""
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    installed = find_programs(data, existing_owner=None).folder.parents[1]
    closed = tmp_path / "closed" / installed.name
    shutil.copytree(installed / INSTALL, closed / INSTALL, symlinks=True)
    shutil.copytree(installed.parent / f"{installed.name}.libs", closed.parent / f"{installed.name}.libs")
    closed.parent.chmod(0o700)

    programs = find_programs(data, existing_owner=None, source=closed)

    assert programs.run(data, "psql", "--version").returncode == 0
    assert programs.run(data, "postgres", "--version").stdout.startswith("postgres (PostgreSQL)")
    assert (programs.user is None) == (os.geteuid() != 0)
    if os.geteuid() == 0:
        assert closed not in programs.folder.parents
        assert all(p.stat().st_uid == 0 and not p.stat().st_mode & 0o022 for p in programs.folder.parents[:3])


def test_a_folder_of_an_unknown_user_is_refused_in_words(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        assert find_programs(tmp_path, existing_owner=54321).user is None
        return
    with pytest.raises(StartRefused) as refusal:
        find_programs(tmp_path, existing_owner=54321)
    assert "54321" in refusal.value.detail
