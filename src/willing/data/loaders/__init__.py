"""Loaders for tables that others own. The tables are not shipped; each loader names its source."""
