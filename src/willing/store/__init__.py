"""Store: cases, statements, reviews and forecasts over time."""
