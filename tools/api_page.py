"""Renders the tables of docs that the program knows best: routes and roles in api.md, settings in operations.md.

Run by `make docs`; `--check` writes nothing and ends with 1 when a page is not fresh. The routes come from the OpenAPI
document of the server itself, asked in-process and without a database, and from the declared policies.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlalchemy import URL

from kat_monitor.access.identity import PEOPLE
from kat_monitor.access.policy import GATEWAY, POLICIES, Policy, Signature
from kat_monitor.api.assemble import ROOT_ROUTERS, ROUTERS
from kat_monitor.api.openapi import PREFIX
from kat_monitor.app import Server
from kat_monitor.clock import RealClock
from kat_monitor.domain.registry import Role
from kat_monitor.ingest import door, stream
from kat_monitor.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
ORDER = (Role.NURSE, Role.CLINICIAN, Role.ADMIN, Role.AUDITOR, Role.WALLBOARD, Role.GATEWAY)


def openapi() -> dict[str, Any]:
    """The document as the server gives it."""

    async def ask() -> dict[str, Any]:
        server = Server(Settings(), RealClock(), URL.create("postgresql+asyncpg"))
        transport = httpx.ASGITransport(server.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            answer = await client.get(f"{PREFIX}/openapi.json")
            schema: dict[str, Any] = answer.raise_for_status().json()
        await server.reader.close()
        return schema

    return asyncio.run(ask())


@dataclass(frozen=True, slots=True)
class Row:
    """One route. `sends` and `answers` are empty for what is no part of the document: pages, metrics, sockets."""

    route: str
    policy: Policy
    said: str
    sends: str = ""
    answers: str = ""


def rows(schema: dict[str, Any]) -> Iterator[Row]:
    """In the order of the policies; the ingest doors stand first."""
    posted = schema["paths"][door.PATH]["post"]
    yield _row(schema, f"POST {door.PATH}", GATEWAY, posted)
    yield Row(f"WS {stream.PATH}", GATEWAY, _first(str(stream.__doc__).partition(": ")[2]).capitalize())
    found = _endpoints()
    for name, policy in POLICIES.items():
        method = name.partition(" ")[0]
        path, said = found[name]
        operation = schema["paths"].get(path, {}).get(method.lower())
        if operation is None:
            yield Row(f"{method} {path}", policy, said)
        else:
            yield _row(schema, f"{method} {path}", policy, operation)


def _row(schema: dict[str, Any], route: str, policy: Policy, operation: dict[str, Any]) -> Row:
    return Row(route, policy, _sentence(operation), _sends(schema, operation), ", ".join(operation["responses"]))


def _sends(schema: dict[str, Any], operation: dict[str, Any]) -> str:
    """Names of query parameters and of the body's fields; `?` marks what may be left out."""
    asked = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    names = [_named(p["name"], required=p.get("required", False)) for p in asked]
    content = operation.get("requestBody", {}).get("content", {})
    body = _resolved(schema, content.get("application/json", {}).get("schema", {}))
    if "oneOf" in body:
        return "one of the kinds of event"
    names += [_named(name, required=name in body.get("required", ())) for name in body.get("properties", ())]
    return " ".join(names)


def _named(name: str, *, required: bool) -> str:
    return f"`{name}`" if required else f"`{name}?`"


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """A body's own shape, behind a reference or a body that may be left out."""
    for option in shape.get("anyOf", ()):
        if option != {"type": "null"}:
            return _resolved(schema, option)
    reference = shape.get("$ref")
    if reference is None:
        return shape
    return _resolved(schema, schema["components"]["schemas"][reference.rpartition("/")[2]])


def _endpoints() -> dict[str, tuple[str, str]]:
    """Policy name -> (whole path, first sentence of the function's docstring)."""
    found: dict[str, tuple[str, str]] = {}
    for prefix, routers in ((PREFIX, ROUTERS), ("", ROOT_ROUTERS)):
        for router in routers:
            for route in router.routes:
                if isinstance(route, APIWebSocketRoute):
                    found[f"WS {route.path}"] = (prefix + route.path, _first(route.endpoint.__doc__ or ""))
                elif isinstance(route, APIRoute):
                    for method in route.methods or ():
                        found[f"{method} {route.path}"] = (prefix + route.path, _first(route.endpoint.__doc__ or ""))
    return found


def _sentence(operation: dict[str, Any]) -> str:
    """The description's first paragraph; without one the summary, which is the function's name."""
    described = operation.get("description") or ""
    return _first(described) or f"{operation['summary'].capitalize()}."


def _first(text: str) -> str:
    """The first paragraph, in one line, fit for a table."""
    return " ".join(text.strip().partition("\n\n")[0].split()).replace("|", "\\|")


def _who(policy: Policy) -> str:
    if policy.open:
        return "anybody"
    locked = ", also a locked login" if policy.when_locked else ""
    if policy.roles == PEOPLE:
        return f"every person{locked}"
    return ", ".join(role.value for role in ORDER if role in policy.roles) + locked + _at_a_station(policy)


def _at_a_station(policy: Policy) -> str:
    """What differs where the request comes from an enrolled browser."""
    if policy.by_name:
        return "; at a station by name"
    signed = {
        Signature.ALWAYS: "; signed at a station",
        Signature.BODY: "; some signed at a station",
        Signature.FOR_OTHERS: "; signed at a station by whoever is not logged in",
    }
    return signed.get(policy.signature, "")


def routes_table() -> str:
    """Markdown."""
    lines = ["| route | who | sends | answers | |", "|---|---|---|---|---|"]
    lines += [
        f"| `{row.route}` | {_who(row.policy)} | {row.sends} | {row.answers} | {row.said} |" for row in rows(openapi())
    ]
    return "\n".join(lines)


def settings_table() -> str:
    """Markdown; the words are the settings' own docstrings."""
    prefix = Settings.model_config.get("env_prefix", "")
    lines = ["| variable | what it sets |", "|---|---|"]
    lines += [
        f"| `{prefix}{name.upper()}` | {_first(field.description or '')} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(lines)


def between(page: str, name: str, table: str) -> str:
    """The page with the table between `<!-- name: begin ... -->` and `<!-- name: end -->`. Raises ValueError."""
    head, begin, rest = page.partition(f"<!-- {name}: begin, written by `make docs` -->\n")
    _, end, tail = rest.partition(f"<!-- {name}: end -->")
    if not begin or not end:
        raise ValueError(f"the page has no markers for {name}")
    return f"{head}{begin}\n{table}\n\n{end}{tail}"


def fresh(docs: Path) -> dict[Path, str]:
    """Each page with generated tables, as it should be."""
    api, operations = docs / "api.md", docs / "operations.md"
    return {
        api: between(api.read_text(encoding="utf-8"), "routes", routes_table()),
        operations: between(operations.read_text(encoding="utf-8"), "settings", settings_table()),
    }


def stale(docs: Path) -> list[Path]:
    """Pages that differ from what they should be."""
    return [page for page, text in fresh(docs).items() if page.read_text(encoding="utf-8") != text]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the generated tables of docs/.")
    parser.add_argument("--check", action="store_true", help="only say which pages are not fresh")
    if parser.parse_args().check:
        for page in (old := stale(DOCS)):
            print(f"{page.name} is not fresh: run `make docs`")
        return 1 if old else 0
    for page, text in fresh(DOCS).items():
        page.write_text(text, encoding="utf-8")
        print(f"docs/{page.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
