"""`WS /api/v1/readings/stream`: the ingest door as a stream of numbered frames, answered in order after each commit."""

import asyncio
from uuid import UUID

import msgspec

from kat_monitor.errors import KatError
from kat_monitor.ingest.decode import decode_frame, frame_number
from kat_monitor.ingest.door import Intake, Receive, Scope, Send, answer_json, authenticate, bearer_sha256, problem_json
from kat_monitor.ingest.verdicts import Answer

PATH = "/api/v1/readings/stream"
REVOKED = 4003
IN_FLIGHT = 32
"""Frames of one stream that may wait for their commit; past that the socket is not read."""

_encode = msgspec.json.Encoder().encode
Waiting = tuple[int | None, asyncio.Future[Answer] | KatError]
"""A frame's number and its outcome, or why it has none."""


class Stream:
    """ASGI application for the stream's path."""

    def __init__(self, intake: Intake, max_frame: int) -> None:
        self._intake = intake
        self._max_frame = max_frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            clinic_id, gateway_id = await authenticate(self._intake, scope)
        except KatError:
            await send({"type": "websocket.close", "code": 4001})
            return
        await send({"type": "websocket.accept"})
        answers: asyncio.Queue[Waiting] = asyncio.Queue(IN_FLIGHT)
        answering = asyncio.create_task(_answer_in_order(answers, send))
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                raw = message.get("bytes") or (message.get("text") or "").encode("utf-8", "surrogatepass")
                if self._intake.gateway_of(bearer_sha256(scope) or b"") is None:
                    await send({"type": "websocket.close", "code": REVOKED})
                    return
                await _put(answers, self._take(clinic_id, gateway_id, raw), answering)
                if answering.done():
                    return
        finally:
            await _finish(answers, answering)

    def _take(self, clinic_id: UUID, gateway_id: UUID, raw: bytes) -> Waiting:
        frame: int | None = None
        try:
            if len(raw) > self._max_frame:
                raise KatError(413, "too_large", f"A frame may have at most {self._max_frame} bytes.")
            decoded = decode_frame(raw)
            frame = decoded.frame
            return frame, self._intake.post(clinic_id, gateway_id, decoded)
        except KatError as error:
            # One that is too large is not read at all.
            if frame is None and len(raw) <= self._max_frame:
                frame = frame_number(raw)
            return frame, error


async def _put(answers: asyncio.Queue[Waiting], waiting: Waiting, answering: asyncio.Task[None]) -> None:
    """Wait for room only as long as somebody makes room: a peer that left ends the answering, not the waiting."""
    if not answers.full():
        answers.put_nowait(waiting)
        return
    putting = asyncio.ensure_future(answers.put(waiting))
    try:
        await asyncio.wait({putting, answering}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        putting.cancel()


async def _finish(answers: asyncio.Queue[Waiting], answering: asyncio.Task[None]) -> None:
    """The peer left: what is in flight commits all the same; nobody is told."""
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    while not answers.empty():
        answers.get_nowait()


async def _answer_in_order(answers: asyncio.Queue[Waiting], send: Send) -> None:
    while True:
        frame, outcome = await answers.get()
        if not isinstance(outcome, KatError):
            try:
                said = {"frame": frame, **answer_json(await asyncio.shield(outcome))}
            except KatError as error:
                said = _refusal(frame, error)
        else:
            said = _refusal(frame, outcome)
        await send({"type": "websocket.send", "text": _encode(said).decode()})


def _refusal(frame: int | None, error: KatError) -> dict[str, object]:
    """503 becomes `retry_after_s`; anything else is said as a problem with the frame's number."""
    if error.status == 503:
        return {"frame": frame, "retry_after_s": error.retry_after_s or 2}
    return {"frame": frame, "problem": problem_json(error)}
