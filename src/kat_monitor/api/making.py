"""The answer of a request that makes something: the same again under its `Idempotency-Key`, never a secret twice."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from kat_monitor.api.parts import Parts
from kat_monitor.errors import refused
from kat_monitor.ingest.commands import Answered, Once
from kat_monitor.ingest.making import MadeOnce, Making

T = TypeVar("T")
CREATED = 201
GONE = 410
"""The status that stands in the record for an answer that held a secret: it is not there to be given again."""


async def make(
    parts: Parts, work: Making[T], once: Once | None, show: Callable[[T], BaseModel], status: int = CREATED
) -> Response:
    """What was made, and the same to the same request again."""

    def answer(made: T) -> Answered:
        return Answered(status, show(made).model_dump(mode="json", by_alias=True))

    answered: Answered = await parts.pipeline.submit(MadeOnce(work, answer, once))
    return JSONResponse(answered.body, answered.status)


async def make_secret(parts: Parts, work: Making[T], once: Once | None, id: UUID) -> None:
    """Something with a secret that only this request may hear. Raises KatError 409 when the request was done before."""

    def gone(_: T) -> Answered:
        return Answered(GONE, {"id": str(id)})

    def made(_: T) -> Answered:
        return Answered(CREATED, None)

    answered: Answered = await parts.pipeline.submit(MadeOnce(work, made, once, kept=gone))
    if answered.status == GONE:
        detail = (
            "This was made already by the same request. Its secret was in the answer to that and is kept nowhere: "
            "end this one and make another."
        )
        raise refused("already_made", detail, more=answered.body)
