"""Store: cases, statements, reviews and forecasts over time; SQLite by default, PostgreSQL."""

from __future__ import annotations

from willing.store.accounts import Accounts
from willing.store.cases import Cases, Summary
from willing.store.database import Database
from willing.store.errors import ConflictError, MissingError
from willing.store.forecasts import Forecasts
from willing.store.jobs import JobLog
from willing.store.opinions import Opinions
from willing.store.review import Review
from willing.store.statements import Statements

__all__ = ["ConflictError", "Database", "MissingError", "Store", "Summary"]


class Store:
    """Everything a workbench keeps, in one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.cases = Cases(database)
        self.statements = Statements(self.cases)
        self.review = Review(self.statements)
        self.forecasts = Forecasts(database)
        self.opinions = Opinions(database)
        self.jobs = JobLog(database)
        self.accounts = Accounts(database)

    @classmethod
    def open(cls, url: str | None = None) -> Store:
        """Open a store, its tables brought up to date first."""
        database = Database(url)
        database.migrate()
        return cls(database)

    def add_shipped(self) -> list[str]:
        """Put in the shipped cases that are not there; return their ids."""
        return self.cases.add_shipped()

    def ping(self) -> None:
        """Raise where the database is not there."""
        self.database.ping()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
