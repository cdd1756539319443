"""The bedside that the stories begin with."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.scenarios.bedside import Bedside, arrange
from tests.server_fixtures import Running


@pytest_asyncio.fixture
async def bed(manual: Running) -> AsyncIterator[Bedside]:
    """A planned session on a clock moved by hand."""
    made = await arrange(manual)
    yield made
    if made.glass is not None:
        await made.glass.close()
