"""Shipped tables, and loaders for tables that others own."""
