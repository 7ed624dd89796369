"""Routes and bodies of the JSON API, from its own OpenAPI description."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from willing.workbench.access import needed

_VERBS = ("get", "post", "put", "patch", "delete")


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description of a workbench on an empty store."""
    from willing.workbench import create_app

    with TemporaryDirectory() as folder:
        app = create_app(f"sqlite:///{Path(folder) / 'empty.db'}", shipped=False)
        try:
            found: dict[str, Any] = app.openapi()
            return found
        finally:
            app.state.jobs.close()
            app.state.store.close()


def every() -> list[tuple[str, str, dict[str, Any]]]:
    """Return verb, path and operation of each route."""
    return [
        (verb.upper(), path, operations[verb])
        for path, operations in description()["paths"].items()
        for verb in _VERBS
        if verb in operations
    ]


def routes(tag: str) -> str:
    """Return the routes of one group."""
    lines = ["| route | role | takes | does |", "|---|---|---|---|"]
    for verb, path, operation in every():
        if tag not in operation.get("tags", []):
            continue
        takes = [f"`{p['name']}`" for p in operation.get("parameters", []) if p["in"] == "query"]
        for kind, body in operation.get("requestBody", {}).get("content", {}).items():
            name = body["schema"].get("$ref", "").split("/")[-1]
            takes.append(f"[{_short(name)}](#{_anchor(name)})" if name else f"a body ({kind})")
        said = re.sub(r"\s+", " ", operation.get("description", "")).replace("|", "\\|")
        lines.append(f"| `{verb} {path}` | {needed(verb, path)} | {', '.join(takes)} | {said} |")
    return "\n".join(lines) + "\n"


def bodies(_: str) -> str:
    """Return the fields of every body that is sent."""
    schemas = description()["components"]["schemas"]
    out = []
    for name in sorted(n for n in schemas if not n.endswith("ValidationError")):
        schema = schemas[name]
        needed_fields = schema.get("required", [])
        out += [f"### {_short(name)} {{#{_anchor(name)}}}", ""]
        out += [re.sub(r"\s+", " ", schema.get("description", "")), ""]
        out += ["| field | holds | if left out | meaning |", "|---|---|---|---|"]
        for field, about in schema.get("properties", {}).items():
            if field in needed_fields:
                absent = "**a fault**"
            else:
                default = about.get("default")
                absent = "" if default in (None, "", []) else f"`{default}`"
            said = about.get("description", "").replace("|", "\\|")
            out.append(f"| `{field}` | {_kind(about)} | {absent} | {said} |")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def _short(name: str) -> str:
    """Return `Edit (statements)` for what two modules call by one name."""
    parts = name.split("__")
    return f"{parts[-1]} ({parts[-2]})" if len(parts) > 1 else name


def _anchor(name: str) -> str:
    return "body-" + re.sub(r"\W+", "-", _short(name).lower()).strip("-")


def _kind(about: dict[str, Any]) -> str:
    """Say what a field can hold."""
    if "$ref" in about:
        name = about["$ref"].split("/")[-1]
        return f"[{_short(name)}](#{_anchor(name)})"
    if "anyOf" in about:
        kinds = [_kind(one) for one in about["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in about:
        return ", ".join(f"`{one}`" for one in about["enum"])
    if "const" in about:
        return f"`{about['const']}`"
    if about.get("type") == "array":
        return f"list of {_kind(about['items'])}" if about.get("items") else "list"
    word = {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        about.get("type", ""), about.get("type", "anything")
    )
    word = {"date": "date", "date-time": "moment"}.get(about.get("format", ""), word)
    signs = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"))
    return " ".join([word, *(f"{s} {about[k]:g}" for k, s in signs if k in about)])
