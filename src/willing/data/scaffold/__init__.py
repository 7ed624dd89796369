"""What a new case folder begins with: a template that teaches."""

from __future__ import annotations

from importlib.resources import files
from string import Template

__all__ = ["template"]


def template() -> Template:
    """Return the template of `case.yaml`; its fields are those of a new case."""
    return Template(files(__name__).joinpath("case.yaml").read_text(encoding="utf-8"))
