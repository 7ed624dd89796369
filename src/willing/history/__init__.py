"""History: the reference class of past missions."""
