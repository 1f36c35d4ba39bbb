"""An OpenAPI description as one page of HTML, without scripts, styles of its own, or other hosts."""

import json
from html import escape
from typing import Any


def docs_page(document: dict[str, Any]) -> str:
    """Return the page of a description as `openapi` makes it."""
    info = document["info"]
    parts = [
        f"<h1>{escape(info['title'])}</h1>",
        f"<p>Model {escape(info['version'])}. {escape(info['description'])}</p>",
        "<pre>curl -F file=@photo.jpg ADDRESS/predict</pre>",
        '<p>For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). '
        '<a href="/">The page to try it in</a>.</p>',
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts += _operation(f"{method.upper()} {path}", operation)
    parts.append("<h2>Shapes</h2>")
    for name, schema in document["components"]["schemas"].items():
        parts += [f"<h3 id={name}>{name}</h3>", _pre(schema)]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}: routes</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _operation(title: str, operation: dict[str, Any]) -> list[str]:
    parts = [f"<h2>{escape(title)}</h2>", f"<p>{escape(operation['summary'])}</p>"]
    for parameter in operation.get("parameters", []):
        about = f"?{parameter['name']}= (default {parameter['schema']['default']}): "
        parts.append(f"<p>{escape(about + parameter['description'])}</p>")
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        parts.append(f"<p>Send {escape(', '.join(body))}.</p>")
    parts.append("<ul>")
    for status, response in operation["responses"].items():
        parts.append(f"<li>{status}: {escape(response['description'])}</li>")
    parts.append("</ul>")
    for content in operation["responses"]["200"]["content"].values():
        for name, example in content.get("examples", {}).items():
            parts += [f"<p>With {escape(name)}:</p>", _pre(example["value"])]
    return parts


def _pre(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>"
