"""Workbench: the JSON API and the page."""

from willing.workbench.app import create_app

__all__ = ["create_app"]
