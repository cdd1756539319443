"""Proves what an installation gets: the built wheel, without Node or a checkout, migrates and serves the dashboard.

The commands are the container's own, read from the Dockerfile: all of the image that can be tested without an engine.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from kat_monitor import __version__
from tests.project.source_tree import ROOT

STARTING_S, STOPPING_S = 90, 30


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built by the hook as `pip wheel` would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; its dependencies are those of the environment that runs the tests."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin/python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, timeout=120)
    (site,) = home.glob("lib/python*/site-packages")
    # A path line only: editable installs of the other environment are not followed from here.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return home


@pytest.fixture
def environment(installed: Path, tmp_path: Path) -> dict[str, str]:
    """The variables the container sets, with places of this test; the path holds the environment and nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = {"KAT_DATA_DIR": str(tmp_path / "data"), "KAT_HOST": "127.0.0.1", "KAT_PORT": str(port)}
    assert set(places) == set(re.findall(r"\bKAT_\w+(?==)", (ROOT / "Dockerfile").read_text(encoding="utf-8")))
    variables = {"PATH": str(installed / "bin"), "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    assert shutil.which("node", path=variables["PATH"]) is None
    return variables | places


def _instruction(name: str) -> list[str]:
    """The command of a Dockerfile's last CMD or of its HEALTHCHECK, both in JSON form."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    pattern = {"CMD": r"^CMD (\[.*\])$", "HEALTHCHECK": r"^HEALTHCHECK .*?CMD (\[.*\])$"}[name]
    command: list[str] = json.loads(re.findall(pattern, text, re.MULTILINE)[-1])
    return command


def _wait_until_it_answers(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    """Try to connect until the server does answer, its process ends, or the time for starting is over."""
    for _ in range(STARTING_S * 4):
        try:
            client.get("/livez")
        except httpx.ConnectError:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(0.25)
                pytest.fail(f"the server ended with {code} before it answered")
        else:
            return
    pytest.fail(f"the server did not answer within {STARTING_S} s")


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[httpx.Client]:
    """The container's command, running; a client that waits until it answers."""
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _instruction("CMD"), cwd=tmp_path, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{environment['KAT_PORT']}"
    try:
        with httpx.Client(base_url=address, timeout=10) as client:
            _wait_until_it_answers(client, process)
            yield client
        process.terminate()
        code = process.wait(STOPPING_S)
        assert code == 0, log.read_text(errors="replace")
    finally:
        process.kill()
        process.wait(STOPPING_S)
        sys.stderr.write(log.read_text(errors="replace")[-4000:])


def test_the_wheel_carries_what_a_server_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "kat_monitor/dashboard/index.html" in names
    # The folder carries the version, so that an upgraded screen never runs the scripts of the release before.
    assert any(re.fullmatch(rf"kat_monitor/dashboard/static/{re.escape(__version__)}/.+\.js", n) for n in names)
    assert "kat_monitor/store/migrations/env.py" in names
    assert any(re.fullmatch(r"kat_monitor/store/migrations/versions/\w+\.py", n) for n in names)
    assert {f"kat_monitor/protocols/packs/{p.name}" for p in (ROOT / "src").rglob("packs/*.toml")} <= names
    assert any(n.startswith("kat_simulators/scenarios/") and n.endswith(".toml") for n in names)
    assert not [n for n in names if n.startswith(("tests/", "tools/", "alembic/", "frontend/"))]


def test_the_installed_package_is_the_wheel(installed: Path) -> None:
    where = "import kat_monitor, kat_simulators; print(kat_monitor.__file__, kat_simulators.__file__)"
    done = subprocess.run(
        [installed / "bin/python", "-I", "-c", where], cwd=installed, capture_output=True, text=True, check=True
    )
    assert all(Path(place).is_relative_to(installed) for place in done.stdout.split())


def test_the_container_command_serves_the_dashboard(server: httpx.Client, environment: dict[str, str]) -> None:
    assert server.get("/livez").status_code == httpx.codes.OK
    assert server.get("/readyz").status_code == httpx.codes.OK
    page = server.get("/")
    assert page.status_code == httpx.codes.OK
    assert 'id="app"' in page.text
    scripts = re.findall(r'src="\.?/?([^"]+\.js)"', page.text)
    assert scripts
    for script in scripts:
        answer = server.get(f"/{script}")
        assert answer.status_code == httpx.codes.OK
        assert "javascript" in answer.headers["content-type"]
    assert "/livez" in _instruction("HEALTHCHECK")[-1]
    check = subprocess.run(
        _instruction("HEALTHCHECK"), env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert check.returncode == 0, check.stderr


def test_the_health_check_notices_a_server_that_is_not_there(environment: dict[str, str]) -> None:
    command = _instruction("HEALTHCHECK")
    done = subprocess.run(command, env=environment, capture_output=True, timeout=30, check=False)
    assert done.returncode != 0


def test_the_command_line_answers_for_itself(environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["kat-monitor", "--help"], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    for verb in ("demo", "serve", "migrate", "check", "create-clinic", "create-admin", "simulate", "verify"):
        assert re.search(rf"\b{verb}\b", done.stdout), verb
    assert "Traceback" not in done.stderr
    assert os.fspath(ROOT) not in done.stdout
