"""The one door that asks for no account: the first admin, made by whoever can read what the server itself prints."""

import asyncio
import hmac
import secrets

from kat_monitor.access.secret import hash_secret

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Nothing that is read for something else."""
GROUPS, GROUP = 3, 4


class FirstRun:
    """Whether nobody has an account yet, and the code that stands for one. The code is kept only as a hash."""

    def __init__(self) -> None:
        self._sha256: bytes | None = None
        self.turn = asyncio.Lock()
        """Setting up happens once: the second waits, and hears that it is done."""

    @property
    def needed(self) -> bool:
        return self._sha256 is not None

    def begin(self) -> str:
        """The code; it is said this once."""
        groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)]
        self._sha256 = hash_secret("".join(groups))
        return "-".join(groups)

    def fits(self, code: str) -> bool:
        """However it was typed: case, spaces and hyphens do not matter."""
        plain = "".join(code.split()).replace("-", "").upper()
        return self._sha256 is not None and hmac.compare_digest(self._sha256, hash_secret(plain))

    def end(self) -> None:
        self._sha256 = None
