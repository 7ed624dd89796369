"""Workbench: the JSON API and the page."""
