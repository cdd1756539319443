"""Everything an operator may set, by `KAT_*` variables or a file of them: each field says its unit, default and why."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once, at the start, by the composition root, and handed on; never global."""

    model_config = SettingsConfigDict(
        env_prefix="KAT_", frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )

    # Where

    data_dir: Path = Path("kat-data")
    """Folder of the embedded PostgreSQL and of what the demo keeps. Default `kat-data` in the current folder."""
    database_url: SecretStr | None = None
    """`postgresql://...` of a server of your own. Default none: a private PostgreSQL is started in `data_dir`, good for
    trying out and for one small clinic without a database administrator."""
    host: str = "127.0.0.1"
    """Address to listen on. Default this machine alone: TLS and the outside world belong to a proxy in front."""
    port: int = Field(default=8000, ge=0, le=65535)
    """TCP port to listen on; 0 takes any free one. Default 8000."""

    # The database's deadlines

    connect_s: float = Field(default=2.0, gt=0)
    """Seconds to connect to PostgreSQL. Default 2: a local server needs milliseconds, and callers wait."""
    statement_s: float = Field(default=2.5, gt=0)
    """Seconds one statement of the writer may take. Default 2.5: below the 3 s after which a commit is given up."""
    lock_s: float = Field(default=2.0, gt=0)
    """Seconds a statement may wait for a lock. Default 2: nobody but the writer should hold one."""
    read_s: float = Field(default=30.0, gt=0)
    """Seconds one statement of a reader may take. Default 30: long histories, but never for ever."""
    readers: int = Field(default=8, ge=1, le=50)
    """Connections for reading. Default 8: more only make each other slower on a small machine."""

    # The inbox (bounded: past it ingest answers 503, and gateways keep what they have)

    inbox_readings: int = Field(default=20_000, ge=100)
    """Readings that may wait to be judged. Default 20,000: well under a second of work."""
    batch_readings: int = Field(default=2_000, ge=1)
    """Readings in one commit at most. Default 2,000: beyond it commits get slower but not more efficient."""
    backlog_batch_readings: int = Field(default=1_000, ge=1)
    """Readings of a backlog in one commit at most. Default 1,000: live readings wait behind one at most."""

    # Bodies

    ingest_body_bytes: int = Field(default=1_048_576, ge=1024)
    """Bytes of a `POST /readings` at most. Default 1 MiB."""
    body_bytes: int = Field(default=262_144, ge=1024)
    """Bytes of any other request at most. Default 256 KiB: the largest is a protocol file."""

    # Telling the outside

    webhook_url: SecretStr | None = None
    """Where escalations are posted. Default none. Secret: such addresses often carry their key."""
    webhook_secret: SecretStr | None = None
    """Key of the HMAC-SHA256 signature on each webhook. Default none: unsigned."""

    # Who may come in

    cookie_secure: bool = True
    """Send the login cookie over HTTPS only. Default on; the demo, on plain http to this machine, turns it off."""
    allowed_origins: tuple[str, ...] = ()
    """Origins (`https://host`) whose pages may write and open the live socket: a JSON list. Default only our own."""
    metrics_token: SecretStr | None = None
    """Bearer token that `/metrics` asks for. Default none: open, and without patient data."""
    demo_password: SecretStr | None = None
    """Password of the demo's three logins. Default none: one is generated and printed."""

    # Looking inside

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log line that is written. Default info."""
    log_format: Literal["json", "console"] = "json"
    """`json` for machines, `console` for eyes. Default json."""

    @model_validator(mode="after")
    def _batches_fit(self) -> Self:
        if self.batch_readings > self.inbox_readings:
            raise ValueError("batch_readings cannot exceed inbox_readings")
        return self


def load_settings(file: Path | None = None) -> Settings:
    """Settings from the environment and, below it, a file of `KAT_NAME=value` lines. Raises ValidationError."""
    return Settings(_env_file=file, _env_file_encoding="utf-8")
