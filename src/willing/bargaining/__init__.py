"""Bargaining: how positions move."""
