"""Makes .venv ready for work: pinned packages, the project, the dashboard. Again and again costs next to nothing.

Run by make with the system's Python, so it uses the standard library only. `--test` adds what checks and tests need.
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMPS = VENV / ".kat"
# What decides how the project is put into the environment: its metadata, and the hook that runs on the way.
PROJECT = ("pyproject.toml", "tools/dashboard.py")


def run(*command: str | Path) -> None:
    """Run a step of the set-up where everybody can see it, and end here when it fails."""
    done = subprocess.run([*map(str, command)], cwd=ROOT, check=False)
    if done.returncode != 0:
        sys.exit(f"setup: this step failed (exit {done.returncode}): {' '.join(map(str, command))}")


def digest(*names: str) -> str:
    """Name the state of some files of the project, and of the Python that the environment was made with."""
    total = hashlib.sha256((VENV / "pyvenv.cfg").read_bytes())
    for name in names:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def is_done(step: str, state: str) -> bool:
    """Say whether a step was finished in this very state."""
    stamp = STAMPS / step
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == state


def mark_done(step: str, state: str) -> None:
    """Remember that a step is finished; only ever called after it."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(state, encoding="utf-8")


def create_environment() -> None:
    """Make .venv, or make it anew when its Python has gone or its making was interrupted."""
    if PYTHON.is_file() and any(VENV.glob("lib/python*/site-packages/pip/__main__.py")):
        return
    print(f"setup: creating .venv with Python {sys.version.split()[0]}", flush=True)
    venv.create(VENV, with_pip=True, clear=VENV.exists())


def install_packages(lock: str) -> None:
    """Install one lock with the build requirements, every file checked against its hash."""
    files = ("requirements/build.txt", f"requirements/{lock}.txt")
    state = digest(*files)
    if is_done(lock, state):
        return
    print(f"setup: installing requirements/{lock}.txt (the first time this takes a minute or two)", flush=True)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", files[0], "-r", files[1])
    mark_done(lock, state)
    if lock == "test":
        mark_done("run", digest(files[0], "requirements/run.txt"))  # the wider lock holds the narrower one


def install_project() -> None:
    """Install the project itself, editable; the build hook of that brings the dashboard."""
    state = digest(*PROJECT)
    if is_done("project", state):
        run(PYTHON, "tools/dashboard.py", "build")
        return
    print("setup: installing kat-monitor and building its dashboard", flush=True)
    run(PYTHON, "tools/dashboard.py", "build")  # first by itself, so that its own words are seen when it fails
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--editable", ".")
    mark_done("project", state)


def main(arguments: list[str]) -> None:
    """Do whatever is not done yet."""
    create_environment()
    install_packages("test" if "--test" in arguments else "run")
    install_project()


if __name__ == "__main__":
    main(sys.argv[1:])
