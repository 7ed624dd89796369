"""Nothing that a user can type, call or write lacks its place in the reference."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tools.reference import DOCS, PAGES, _api, stale
from willing.case.expressions import FUNCTIONS
from willing.cli import COMMANDS, app

pytest.importorskip("fastapi")

GROUP: Any = typer.main.get_command(app)
COMMANDS_PAGE = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
API_PAGE = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
PYTHON_PAGE = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
ROOMS = re.findall(r"<!-- facade: (\w+) -->", PYTHON_PAGE)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_the_code_says(page: str) -> None:
    assert not stale(page), f"docs/{page} differs from the code: run `make reference`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_meaning_and_stands_there(name: str) -> None:
    part = COMMANDS_PAGE.split(f"<!-- command: {name} -->")[1].split("<!-- end -->")[0]
    command = GROUP.commands[name]
    assert command.help, f"willing {name} says nothing"
    for p in command.params:
        assert p.help, f"willing {name}: {p.name} has no help"
        for flag in p.opts if p.param_type_name == "option" else []:
            assert re.search(rf"`[^`]*{re.escape(flag)}[^`]*` \|", part), f"{name} {flag}"


def test_no_command_is_left_out() -> None:
    assert set(GROUP.commands) == set(COMMANDS)
    assert set(re.findall(r"<!-- command: (\w+) -->", COMMANDS_PAGE)) == set(COMMANDS)


def test_every_route_stands_there_with_what_it_does() -> None:
    for verb, path, operation in _api.every():
        row = re.search(rf"^\| `{verb} {re.escape(path)}` .*$", API_PAGE, re.MULTILINE)
        assert row, f"{verb} {path}: its tag {operation.get('tags')} has no section in api.md"
        assert operation.get("description"), f"{verb} {path} says nothing"
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), f"{verb} {path}: {parameter['name']}"
            if parameter["in"] == "query":
                assert f"`{parameter['name']}`" in row[0], f"{verb} {path} {parameter['name']}"


def test_every_body_and_field_stands_there() -> None:
    for name, schema in _api.description()["components"]["schemas"].items():
        if name.endswith("ValidationError"):
            continue
        assert f"{{#{_api._anchor(name)}}}" in API_PAGE
        assert schema.get("description"), f"{name} says nothing"
        part = API_PAGE.split(f"{{#{_api._anchor(name)}}}")[1].split("\n### ")[0]
        for field, about in schema.get("properties", {}).items():
            assert f"| `{field}` |" in part, f"{name}.{field}"
            assert about.get("description"), f"{name}.{field} has no meaning"


def test_every_condition_function_stands_there() -> None:
    page = (DOCS / "reference" / "conditions.md").read_text(encoding="utf-8")
    for function in FUNCTIONS:
        assert re.search(rf"^\| `{function}\(", page, re.MULTILINE), function


def test_every_room_has_a_facade_on_the_page() -> None:
    source = Path(importlib.import_module("willing").__file__ or "").parent
    facades = [p.parent.name for p in source.glob("*/__init__.py") if "__all__" in p.read_text()]
    assert set(ROOMS) == set(facades) - {"cli", "data"}


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_every_public_name_says_what_it_is(room: str) -> None:
    module = importlib.import_module(f"willing.{room}" if room else "willing")
    for name in module.__all__:
        found = getattr(module, name)
        if inspect.isclass(found) or inspect.isfunction(found):
            assert inspect.getdoc(found), f"{module.__name__}.{name} has no docstring"
        assert not room or f"| `{name}` |" in PYTHON_PAGE, f"{module.__name__}.{name}"


def test_every_member_of_the_door_stands_there() -> None:
    import willing

    for thing in (willing.OpenCase, willing.Forecast, willing.Table, willing.Picture):
        for name, member in vars(thing).items():
            if not name.startswith("_"):
                assert inspect.getdoc(member), f"{thing.__name__}.{name}"
                assert f"**`{thing.__name__}.{name}`**" in PYTHON_PAGE
