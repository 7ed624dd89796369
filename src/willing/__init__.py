"""Willing: who is willing, what can they field, who can stop it, and will it happen?"""

__version__ = "0.1.0"
__all__ = ["__version__"]
