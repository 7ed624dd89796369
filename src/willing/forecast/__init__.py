"""Forecast: weeks x draws of milestones, what holds them up, levers, scores."""
