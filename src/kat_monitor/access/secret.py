"""Secrets handed out once and kept only as hashes: login cookies, personal tokens, gateway keys."""

import hashlib
import secrets


def new_secret(prefix: str) -> tuple[str, bytes]:
    """(the secret, its SHA-256). 256 bits; the prefix says what it opens, for people who find one lying about."""
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    return secret, hash_secret(secret)


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
