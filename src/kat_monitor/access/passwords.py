"""Passwords of people: argon2, long enough to need no other rules, hashed off the event loop."""

import asyncio
import secrets
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kat_monitor.errors import FieldError, KatError, bad_value

LEAST_CHARACTERS = 15
MOST_CHARACTERS = 200
LEAST_DIGITS = 3
"""Different ones in a PIN."""
_WORDS = "acre amber arch ash autumn bay birch bloom brook calm cedar clay cliff cloud coast copper dawn dune".split()


class Passwords:
    """Hashes and checks. Work is bounded: at most two hashes at a time, so that guessing cannot take the processor."""

    def __init__(self, *, quick: bool = False) -> None:
        """`quick` lowers the work factor for tests."""
        hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1) if quick else Argon2Hasher()
        self._hash = PasswordHash((hasher,))
        self._gate = asyncio.Semaphore(2)
        self._nobody = self._hash.hash(secrets.token_urlsafe(32))

    def hash_now(self, password: str) -> str:
        """Argon2 string; blocks for about 50 ms. Raises KatError 422 for a password that is too short."""
        check_strength(password)
        return self._hash.hash(password)

    async def hash(self, password: str) -> str:
        """As `hash_now`, off the loop."""
        check_strength(password)
        async with self._gate:
            return await asyncio.to_thread(self._hash.hash, password)

    async def hash_pin(self, pin: str) -> str:
        """As `hash`, of six digits. Raises KatError 422 `weak_pin` for one that is guessed first."""
        check_pin(pin)
        async with self._gate:
            return await asyncio.to_thread(self._hash.hash, pin)

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether it is the password. An unknown account (None) takes as long as a wrong password."""
        async with self._gate:
            right = await asyncio.to_thread(self._hash.verify, password, stored or self._nobody)
        return right and stored is not None


def check_strength(password: str, path: str = "password") -> None:
    """NIST 800-63B-4: at least 15 characters when it is the only factor; no composition rules."""
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise bad_value(path, "wrong_length", f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters.")


def check_pin(pin: str) -> None:
    """Six digits that are not the first anybody would try: no run up or down, and at least three different ones."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps <= {1} or steps <= {9} or len(set(pin)) < LEAST_DIGITS:
        detail = f"A PIN is no run of digits, and has at least {LEAST_DIGITS} different ones."
        raise KatError(422, "weak_pin", detail, errors=(FieldError("pin", "weak_pin", detail),))


def generated_password() -> str:
    """Easy to type, 80 bits or more: for a first account or the demo."""
    words = "-".join(secrets.choice(_WORDS) for _ in range(4))
    return f"{words}-{secrets.token_hex(8)}"
