"""The page ``/api``: every route of the studio for those who write scripts, from its own description.

FastAPI's pages for that load scripts from elsewhere; this one is plain HTML and works offline.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

__all__ = ["add_api_page", "api_page"]

if TYPE_CHECKING:
    from mimik.web.access import Access

_METHODS = ("get", "post", "put", "patch", "delete")
_Json = Mapping[str, Any]


def add_api_page(app: FastAPI, access: Access) -> None:
    """Let an app show the page; its routes are those that the app has when the page is asked for."""

    @app.get("/api", include_in_schema=False)
    def page(request: Request) -> HTMLResponse:
        address = str(request.base_url).rstrip("/")
        return HTMLResponse(api_page(app.openapi(), address, token=access.token is not None))


def api_page(described: _Json, address: str, *, token: bool) -> str:
    """Return the page.

    Args:
        described: the OpenAPI description.
        address: of the studio, without a path, for the examples.
        token: whether scripts must send one.
    """
    groups = _grouped(described)
    schemas = described.get("components", {}).get("schemas", {})
    shapes = "".join(_schema(name, schema) for name, schema in sorted(schemas.items()))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>API · Mimik</title>\n'
        '<link rel="icon" href="/static/icon.svg">\n<link rel="stylesheet" href="/static/css/style.css">\n'
        '<link rel="stylesheet" href="/static/css/api.css">\n'
        '<script type="module" src="/static/js/pages/api.js"></script>\n</head>\n<body>\n'
        '<main id="main" tabindex="-1">\n<h1>Scripting a study</h1>\n'
        f"{_paragraphs(described['info'].get('description', ''))}"
        f"{_problems(operation for routes in groups.values() for _, _, operation in routes)}"
        f"{_hello(address, token=token)}"
        f'<nav aria-label="Routes"><ul class="row toc">{_contents(groups)}</ul></nav>\n'
        f"{''.join(_group(name, routes, address, described, token=token) for name, routes in groups.items())}"
        f'<section aria-labelledby="shapes"><h2 id="shapes">Shapes</h2>\n{shapes}</section>\n'
        "</main>\n</body>\n</html>\n"
    )


def _grouped(described: _Json) -> dict[str, list[tuple[str, str, _Json]]]:
    """Return routes as (method, path, operation), by their first tag, in the order of the description."""
    groups: dict[str, list[tuple[str, str, _Json]]] = {}
    for path, item in described.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                group = (item[method].get("tags") or ["other"])[0]
                groups.setdefault(group, []).append((method.upper(), path, item[method]))
    return groups


def _contents(groups: Iterable[str]) -> str:
    names = [*groups, "shapes"]
    return "".join(f'<li><a href="#{escape(name)}">{escape(_title(name))}</a></li>' for name in names)


def _hello(address: str, *, token: bool) -> str:
    text = (
        "<p>Scripts send the token that <code>mimik serve</code> shows, as "
        "<code>Authorization: Bearer TOKEN</code>.</p>"
        if token
        else "<p>On this computer no token is needed.</p>"
    )
    example = _curl("GET", "/api/study", {}, address, {}, token=token)
    data = '<p>The same as data: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI).</p>\n'
    return f"{text}\n{example}\n{data}"


def _group(
    name: str, routes: Iterable[tuple[str, str, _Json]], address: str, described: _Json, *, token: bool
) -> str:
    told = "".join(_route(*route, address, described, token=token) for route in routes)
    id_ = escape(name)
    heading = f'<h2 id="{id_}">{escape(_title(name))}</h2>'
    return f'<section aria-labelledby="{id_}">{heading}\n{told}</section>\n'


def _route(method: str, path: str, operation: _Json, address: str, described: _Json, *, token: bool) -> str:
    parameters = "".join(
        _field(p["name"], p.get("schema", {}), required=bool(p.get("required")), note=f"in the {p['in']}")
        for p in operation.get("parameters", ())
    )
    name = f'<code><span class="badge info">{method}</span> {escape(path)}</code>'
    example = _curl(method, path, operation, address, described, token=token)
    return (
        f'<article class="card route"><h3>{name}</h3>\n'
        f"<p>{escape(operation.get('summary', ''))}.</p>\n{_paragraphs(operation.get('description', ''))}"
        f"{_table(parameters)}{_body(operation)}{_answers(operation)}"
        f"<details><summary>Example</summary>\n{example}</details></article>\n"
    )


def _body(operation: _Json) -> str:
    schema = _content(operation.get("requestBody", {}))
    return f"<p>Takes {_kind(schema)}.</p>\n" if schema else ""


def _answers(operation: _Json) -> str:
    """Return what comes back where all is well; the rest is the same for all routes, see ``_problems``."""
    told = [
        f"{status}: {_kind(_content(answer)) if _content(answer) else escape(answer.get('description', ''))}"
        for status, answer in operation.get("responses", {}).items()
        if status.startswith("2")
    ]
    return f'<p class="muted">Answers {"; ".join(told)}</p>\n' if told else ""


def _problems(routes: Iterable[_Json]) -> str:
    """Return what the numbers of problems mean, each once."""
    found: dict[str, str] = {}
    for operation in routes:
        for status, answer in operation.get("responses", {}).items():
            if status.startswith(("4", "5")):
                found.setdefault(status, answer.get("description", ""))
    told = "".join(f"<dt>{escape(status)}</dt><dd>{escape(found[status])}</dd>" for status in sorted(found))
    return f'<dl class="problems">{told}</dl>\n' if told else ""


def _content(part: _Json) -> _Json:
    return next((media.get("schema", {}) for media in part.get("content", {}).values()), {})


def _schema(name: str, schema: _Json) -> str:
    required = set(schema.get("required", ()))
    fields = "".join(
        _field(field, inner, required=field in required)
        for field, inner in schema.get("properties", {}).items()
    )
    text = _paragraphs(schema.get("description", ""))
    heading = f'<h3 id="shape-{escape(name)}">{escape(name)}</h3>'
    return f'<article class="card route">{heading}\n{text}{_table(fields)}</article>\n'


def _table(rows: str) -> str:
    if not rows:
        return ""
    head = '<tr><th scope="col">Field</th><th scope="col">Is</th><th scope="col">Meaning</th></tr>'
    table = f'<table class="table"><thead>{head}</thead><tbody>{rows}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>\n'


def _field(name: str, schema: _Json, *, required: bool, note: str = "") -> str:
    said = [note, schema.get("description", ""), "" if required else "May be left out."]
    meaning = " ".join(escape(text) for text in said if text)
    head = f'<th scope="row"><code>{escape(name)}</code></th>'
    return f"<tr>{head}<td>{_kind(schema)}</td><td>{meaning}</td></tr>\n"


def _kind(schema: _Json) -> str:
    """Return a schema's kind as HTML: "text", "list of DeviceFacts", "number or null"."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#shape-{name}">{name}</a>'
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(inner) for inner in schema[several]))
    if "enum" in schema or "const" in schema:
        return ", ".join(f"<code>{escape(json.dumps(value))}</code>" for value in _values(schema))
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object, of {_kind(schema['additionalProperties'])}"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", None: "anything"}
    return escape(names.get(kind, str(kind))) + _limits(schema)


def _values(schema: _Json) -> list[Any]:
    return list(schema["enum"]) if "enum" in schema else [schema["const"]]


def _limits(schema: _Json) -> str:
    words = {"minimum": "from", "maximum": "to", "minLength": "at least", "maxLength": "at most"}
    found = [f"{word} {schema[name]:g}" for name, word in words.items() if name in schema]
    unit = " characters" if "maxLength" in schema or "minLength" in schema else ""
    return f" ({', '.join(found)}{unit})" if found else ""


def _curl(method: str, path: str, operation: _Json, address: str, described: _Json, *, token: bool) -> str:
    query = "&".join(
        f"{p['name']}={_example(p.get('schema', {}), described)}"
        for p in operation.get("parameters", ())
        if p["in"] == "query" and p.get("required")
    )
    lines = [f"curl '{address}{path}{'?' + query if query else ''}'"]
    if method != "GET":
        lines[0] = f"curl -X {method} '{address}{path}{'?' + query if query else ''}'"
    if token:
        lines.append("  -H 'Authorization: Bearer TOKEN'")
    schema = _content(operation.get("requestBody", {}))
    if schema:
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  -d '{json.dumps(_example(schema, described), ensure_ascii=False)}'")
    command = escape(" \\\n".join(lines), quote=False)
    return f'<pre tabindex="0"><code>{command}</code></pre>\n'


def _example(schema: _Json, described: _Json, depth: int = 0) -> Any:
    """Return a value that fits a schema; fields that may be left out are left out."""
    if "$ref" in schema:
        return _example(_resolved(schema["$ref"], described), described, depth + 1)
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if "enum" in schema or "const" in schema:
        return _values(schema)[0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _example(schema[several][0], described, depth)
    if schema.get("type") == "object" and depth < 4:
        required = schema.get("required", ())
        return {name: _example(schema["properties"][name], described, depth) for name in required}
    if schema.get("type") == "array":
        return [_example(schema.get("items", {}), described, depth + 1)] if depth < 4 else []
    return {"string": "...", "integer": 1, "number": 1.0, "boolean": True}.get(schema.get("type", ""))


def _resolved(reference: str, described: _Json) -> _Json:
    found: Any = described
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found  # type: ignore[no-any-return]


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_marked(block)}</p>\n" for block in text.split("\n\n") if block.strip())


def _marked(text: str) -> str:
    """Return text as HTML, with what stands between backticks as code."""
    parts: Iterator[str] = iter(escape(" ".join(text.split())).replace("``", "`").split("`"))
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
