"""The contract as one plain page that needs nothing from elsewhere: a clinic's network may know no other servers."""

import json
from html import escape
from typing import Any

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b2733; }
h2 { border-bottom: 1px solid #c8d1da; margin-top: 2rem; text-transform: capitalize; }
summary { cursor: pointer; padding: .3rem 0; }
code { background: #eef2f5; padding: .1rem .3rem; border-radius: .2rem; }
pre { background: #eef2f5; padding: .6rem; overflow: auto; border-radius: .3rem; }
"""


def docs_page(schema: dict[str, Any]) -> str:
    """HTML of an OpenAPI document, by tag."""
    info = schema["info"]
    by_tag: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(by_tag[tag])}" for tag in by_tag)
    schemas = "".join(
        f"<details><summary><code>{escape(name)}</code></summary>{_pre(body)}</details>"
        for name, body in sorted(schema.get("components", {}).get("schemas", {}).items())
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])}: API</title>'
        f"<style>{_STYLE}</style><h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f'<p>{escape(info.get("description", ""))} <a href="/api/v1/openapi.json">openapi.json</a></p>'
        f"{sections}<h2>shapes</h2>{schemas}</html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    said = escape(operation.get("description") or operation.get("summary") or "")
    body = operation.get("requestBody")
    parameters = operation.get("parameters")
    return (
        f"<details><summary><code>{escape(method.upper())} {escape(path)}</code> {said}</summary>"
        + (f"<p>Parameters</p>{_pre(parameters)}" if parameters else "")
        + (f"<p>Body</p>{_pre(body)}" if body else "")
        + f"<p>Answers</p>{_pre(operation.get('responses', {}))}</details>"
    )


def _pre(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2))}</pre>"
