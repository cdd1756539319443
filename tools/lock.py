"""Compiles the hash-pinned locks of requirements/ from pyproject.toml, in agreement with each other, free of addresses.

Run by `make lock`. Versions already locked stay as they are unless `--upgrade` (or `--upgrade-package NAME`) is given.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
FLAGS = [
    "--generate-hashes",
    "--universal",
    "--python-version=3.11",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
]


def compile_lock(name: str, source: list[str], extra: list[str], requirements: str | None = None) -> None:
    """Write `requirements/<name>.txt` from what `source` names; `-` reads `requirements` instead."""
    command = ["uv", "pip", "compile", *source, *FLAGS, *extra, "-o", f"requirements/{name}.txt"]
    subprocess.run(command, cwd=ROOT, input=requirements, text=True, check=True, stdout=subprocess.DEVNULL)
    print(f"requirements/{name}.txt written")


def main(extra: list[str]) -> None:
    """Compile the widest lock first; the others are held to its versions, so that they install into one environment."""
    LOCKS.mkdir(exist_ok=True)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    same = ["--constraint", "requirements/test.txt"]
    compile_lock("test", ["pyproject.toml", "--extra=test"], extra)
    compile_lock("run", ["pyproject.toml", *same], extra)
    compile_lock("build", ["-", *same], extra, "\n".join(build))
    compile_lock("lock", ["--group=lock"], extra)


if __name__ == "__main__":
    main(sys.argv[1:])
