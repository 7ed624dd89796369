"""Commands, arguments and options, as the command line itself knows them."""

import datetime
import inspect
import pathlib
import re
from enum import Enum
from typing import Any

import typer.main

from willing.cli import COMMANDS, app

_GROUP: Any = typer.main.get_command(app)
_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "",
    datetime.datetime: "date",
    pathlib.Path: "path",
}


def command(name: str) -> str:
    """Return what one command does, with its arguments and options."""
    found = _GROUP.commands[name]
    said = inspect.cleandoc(found.help or "").split("\f")[0].strip()
    places = [p for p in found.params if p.param_type_name == "argument"]
    options = [p for p in found.params if p.param_type_name == "option"]
    usage = " ".join(["willing", name, *(_place(p) for p in places), *_wanted(options)])
    rows = [_row(_place(p), p) for p in places] + [_row(_name(p), p) for p in options]
    lines = [said, "", "```text", usage + (" [OPTIONS]" if options else ""), "```"]
    if rows:
        lines += ["", "| | takes | if left out | meaning |", "|---|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def commands(_: str) -> str:
    """Return one line for each command."""
    lines = ["| command | |", "|---|---|"]
    for name in COMMANDS:
        first = inspect.cleandoc(_GROUP.commands[name].help or "").split("\n\n")[0]
        lines.append(f"| [`willing {name}`](#{name}) | {_cell(' '.join(first.split()))} |")
    return "\n".join(lines) + "\n"


def _place(p: Any) -> str:
    name = (p.metavar or p.name).upper() + ("..." if p.nargs == -1 else "")
    return name if p.required else f"[{name}]"


def _wanted(options: list[Any]) -> list[str]:
    return [f"{max(p.opts, key=len)} ..." for p in options if p.required]


def _name(p: Any) -> str:
    return ", ".join(p.opts)


def _row(name: str, p: Any) -> str:
    annotation = p.type_descriptor.annotation
    args = getattr(annotation, "__args__", ())
    many = p.multiple or p.nargs == -1 or str(annotation).startswith("list")
    kind = args[0] if many and args else annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        takes = ", ".join(f"`{one.value}`" for one in kind)
    else:
        takes = _WORDS.get(kind, str(kind))
    bounds = [f"{s} {b:,}" for s, b in (("≥", p.min), ("≤", p.max)) if b is not None]
    takes = " ".join([takes, *bounds]) + (", may be repeated" if many else "")
    default = p.default.value if isinstance(p.default, Enum) else p.default
    if p.required:
        absent = "**a fault**"
    elif default in (None, "", False, ()) or callable(default):
        absent = ""
    else:
        absent = f"`{default}`"
    said = (p.help or "") + (f" Environment: `{p.envvar}`." if p.envvar else "")
    return f"| `{name}` | {takes.strip()} | {absent} | {_cell(said)} |"


def _cell(text: str) -> str:
    """Keep a text within its cell, and what looks like HTML or a link from becoming one."""
    text = re.sub(r"\s+", " ", text).strip()
    return text.replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")
