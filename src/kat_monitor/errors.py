"""One road for every refusal: an error that carries the HTTP status and the stable code a client acts on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field of a request: `path` as dotted names, `code` stable, `detail` in plain words."""

    path: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class GateNotMet:
    """One reason why a decision is refused in the present state (an item of `gates` in a 409)."""

    code: str
    detail: str


class KatError(Exception):
    """An expected refusal. `status` is an HTTP status, `code` a stable name in snake_case, `detail` a sentence."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        gates: Sequence[GateNotMet] = (),
        retry_after_s: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.gates = tuple(gates)
        self.retry_after_s = retry_after_s
        self.more = dict(more or {})
        """What else the answer says, JSON-ready: what stands in the way, by id."""


def not_found(what: str) -> KatError:
    """404; also the answer for another clinic's things, so that ids cannot be probed."""
    return KatError(404, "not_found", f"No such {what}.")


def refused(
    code: str, detail: str, gates: Sequence[GateNotMet] = (), *, more: Mapping[str, Any] | None = None
) -> KatError:
    """409: the state of things refuses; `code` says which gate."""
    return KatError(409, code, detail, gates=gates, more=more)


def bad_value(path: str, code: str, detail: str) -> KatError:
    """422 for one field."""
    return KatError(422, "bad_value", detail, errors=(FieldError(path, code, detail),))


def unavailable(code: str, detail: str, retry_after_s: int = 2) -> KatError:
    """503 with Retry-After: not known to be stored; send it again."""
    return KatError(503, code, detail, retry_after_s=retry_after_s)
