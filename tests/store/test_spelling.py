"""A name is found however it is written, and the database folds it exactly as we do."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, Text, bindparam, select
from sqlalchemy.ext.asyncio import create_async_engine

from kat_monitor.store.spelling import patterns, plain, plain_column


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Zoë Müller", "zoe muller"),
        ("SØREN ÅBERG", "soren aberg"),
        ("Łucja Dąbrowska", "lucja dabrowska"),
        ("Weiß", "weiss"),
        ("Cœur Æbelø", "coeur aebelo"),
        ("Zoe\u0308", "zoe"),
        ("Ελένη", "ελενη"),
        ("O'Brien-Ng", "o'brien-ng"),
    ],
)
async def test_marks_and_capitals_make_no_difference(database: URL, written: str, found: str) -> None:
    assert plain(written) == found
    assert await in_database(database, [written]) == [found]


LETTERS = st.characters(min_codepoint=32, max_codepoint=0x24F)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(LETTERS, max_size=40), min_size=20, max_size=20))
async def test_the_database_folds_as_we_do(database: URL, names: list[str]) -> None:
    assert await in_database(database, names) == [plain(name) for name in names]


def test_what_means_something_in_a_pattern_is_only_itself() -> None:
    assert patterns(r" 100%  a_b\c ") == ["%100\\%%", "%a\\_b\\\\c%"]
    assert patterns("  ") == []


async def in_database(database: URL, names: list[str]) -> list[str]:
    engine = create_async_engine(database)
    try:
        async with engine.connect() as connection:
            columns = [plain_column(bindparam(f"n{i}", name, type_=Text())) for i, name in enumerate(names)]
            return list((await connection.execute(select(*columns))).one())
    finally:
        await engine.dispose()
