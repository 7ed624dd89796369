"""Briefing: charts and the written briefing."""
