"""Participation: who takes part, given stance, conditions and history."""
