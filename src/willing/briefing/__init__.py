"""Briefing: charts and the written briefing."""

from willing.briefing.account import Account, account
from willing.briefing.page import html
from willing.briefing.terminal import text

__all__ = ["Account", "account", "html", "text"]
