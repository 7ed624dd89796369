"""Public names of the package, their signatures and what their docstrings say."""

import importlib
import inspect
import re
from typing import Any


def facade(room: str) -> str:
    """Return one line for each public name of a room."""
    module = importlib.import_module(f"willing.{room}")
    lines = ["| name | what it is |", "|---|---|"]
    for name in sorted(module.__all__, key=lambda n: (not n[0].isupper(), n.lower())):
        lines.append(f"| `{name}` | {_first(module, name)} |")
    return "\n".join(lines) + "\n"


def members(name: str) -> str:
    """Return signature and docstring of a name of `willing`, and of its public members."""
    found = getattr(importlib.import_module("willing"), name)
    out = [_block(name, found)]
    if inspect.isclass(found):
        for key, member in vars(found).items():
            if not key.startswith("_") and inspect.getdoc(member):
                out.append(_block(f"{name}.{key}", member))
    return "\n".join(out)


def _block(name: str, found: Any) -> str:
    target = getattr(found, "func", None) or getattr(found, "fget", None)
    kind = "" if target is None else " (attribute)"
    shown = name if target is not None else f"{name}{_signature(found)}"
    if target is not None:
        returned = inspect.signature(target).return_annotation
        shown = f"{name}: {returned}"
    text = _prose(inspect.getdoc(found) or "")
    return f"**`{name}`**{kind}\n\n```python\n{shown}\n```\n\n{text}\n"


def _signature(found: Any) -> str:
    try:
        return re.sub(r"\bself,? ?", "", str(inspect.signature(found)).replace("'", ""), count=1)
    except (TypeError, ValueError):
        return ""


def _prose(doc: str) -> str:
    """Turn a NumPy docstring into Markdown: sections become bold lines, entries a list."""
    lines, out, k = doc.splitlines(), [], 0
    entries = False
    while k < len(lines):
        line = lines[k]
        under = lines[k + 1] if k + 1 < len(lines) else ""
        if line and under and set(under) == {"-"}:
            out += ["", f"*{line}*", ""]
            entries = True
            k += 2
            continue
        if entries and line and not line.startswith(" "):
            out.append(f"- `{line}`")
        elif entries and line:
            out.append("  " + line)
        else:
            out.append(line)
        k += 1
    text = "\n".join(out)
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", re.sub(r"\n{3,}", "\n\n", text)).strip()


def _first(module: Any, name: str) -> str:
    found = getattr(module, name)
    if not (inspect.isclass(found) or inspect.isroutine(found) or inspect.ismodule(found)):
        return (
            "a type"
            if "typing" in type(found).__module__ or "types" in type(found).__module__
            else "a constant"
        )
    return _cell((inspect.getdoc(found) or "").split("\n\n")[0])


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").strip()
