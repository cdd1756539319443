"""Which cores do what, and whether anybody else was busy meanwhile: a figure taken beside other load means nothing."""

import os
import platform
import subprocess
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("kat-monitor", "fastapi", "uvicorn", "uvloop", "msgspec", "sqlalchemy", "asyncpg", "pydantic", "websockets")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
DISTURBED = 0.10
"""Cores that others may use during a measurement; above it the measurement is repeated."""
ROOT = Path(__file__).parents[2]


def cores() -> tuple[int, int]:
    """(core of the server measured, core of the load). Both the same on a machine with one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[1] if len(usable) > 1 else usable[0]


def pin(core: int) -> None:
    """This process, and what it starts from now on, runs on that core."""
    os.sched_setaffinity(0, {core})


class OtherCpu:
    """Processor time, in cores, used since it was made by processes outside the trees under `roots`."""

    def __init__(self, roots: Iterable[int]) -> None:
        self._roots = tuple(roots)
        self._began = time.monotonic()
        self._all, self._ours = _busy_s(), trees_s(self._roots)

    def cores(self) -> float:
        """So far. Steal by a hypervisor counts as others; interrupts, which belong to nobody, do not."""
        passed = time.monotonic() - self._began
        other = (_busy_s() - self._all) - (trees_s(self._roots) - self._ours)
        return round(max(0.0, other) / passed, 3)


def _busy_s() -> float:
    """User, nice, system and stolen time of all cores."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, _irq, _softirq, steal = (int(field) for field in fields[:8])
    return (user + nice + system + steal) * TICK_S


def trees_s(roots: Iterable[int]) -> float:
    """Time of these processes, all their descendants, and those of their children that have ended."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        pid = int(folder.name)
        children.setdefault(int(fields[1]), []).append(pid)
        used[pid] = sum(int(field) for field in fields[11:15]) * TICK_S
    total = 0.0
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0.0)
        waiting += children.get(pid, [])
    return total


def resident_kb(pid: int) -> int:
    """Resident size of one process, kB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


def describe() -> dict[str, str | int]:
    """What the figures were taken on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "processor": model,
        "cores": os.cpu_count() or 1,
        "memory_mb": memory // 1024,
        "system": f"{platform.system()} {platform.release()}",
    }


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines()


def versions(postgres: str) -> dict[str, str]:
    """Of everything that counts."""
    told = {name: _version(name) for name in PACKAGES}
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
    words = (said.stdout + said.stderr).split()
    return {"python": platform.python_version(), "postgresql": postgres, "wrk": words[1] if words else "", **told}


def _version(package: str) -> str:
    try:
        return version(package)
    except ModuleNotFoundError:
        return "not installed"


def commit() -> str:
    """The commit measured, with `+` when the tree has changes of its own."""
    head, changes = _git("rev-parse", "--short=12", "HEAD"), _git("status", "--porcelain", "--untracked-files=no")
    return f"{head}+" if changes not in ("", "unknown") else head


def _git(*words: str) -> str:
    """What git says; "unknown" outside a checkout."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"
