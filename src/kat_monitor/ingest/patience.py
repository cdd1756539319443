"""Waiting for a task only so long, and leaving nothing of it behind."""

import asyncio
from typing import Any

import structlog

log = structlog.get_logger()


async def done_within(task: asyncio.Future[Any], seconds: float) -> bool:
    """Whether it is done after at most so many seconds of wall time; it goes on if not."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)


async def cancelled(task: asyncio.Future[Any]) -> None:
    """Nothing of it goes on after this."""
    if not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def told_if_failed(done: asyncio.Future[Any]) -> None:
    """For a command that nobody waits for: its failure is in the log."""
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("own_command_failed", exc_info=error)
