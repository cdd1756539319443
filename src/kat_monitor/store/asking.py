"""What the parts of the reader need of it."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Select

from kat_monitor.store.query import Query


class Asks(Protocol):
    """Runs a query; raises StoreAway."""

    async def rows(self, query: Query | Select[Any], **parameters: Any) -> Sequence[Any]:
        """All rows, by position and by column name, json columns decoded."""
        ...

    async def row(self, query: Query | Select[Any], **parameters: Any) -> Any | None:
        """The first row or None."""
        ...
