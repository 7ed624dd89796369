"""The tables, the same on SQLite and PostgreSQL. Times are ISO 8601 in UTC, so that they sort.

What happened is appended, never changed: `revisions`, `file_versions`, `statement_versions`,
`decisions`, `forecasts`, `probabilities`, `codings`, `audit`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

__all__ = ["metadata"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("handling", String(32), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created", String(32), nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("action", String(32), nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# a file of a case folder as it stands from a revision on; no blob: it is gone from then on.
# Of statements.csv only the first line and what follows the last row are kept here.
file_versions = Table(
    "file_versions",
    metadata,
    Column("case_id", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("sha256", ForeignKey("blobs.sha256"), nullable=True),
    ForeignKeyConstraint(["case_id", "revision"], ["revisions.case_id", "revisions.number"]),
)

# a statement as it stands from a revision on; `line` is its row as written, None where removed
statement_versions = Table(
    "statement_versions",
    metadata,
    Column("case_id", String(64), primary_key=True),
    Column("statement_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("line", Text, nullable=True),
    Column("data", JSON, nullable=True),
    ForeignKeyConstraint(["case_id", "revision"], ["revisions.case_id", "revisions.number"]),
    Index("ix_statement_versions_revision", "case_id", "revision"),
)

documents = Table(
    "documents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("blob", ForeignKey("blobs.sha256"), nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", String(10), nullable=True),
    Column("media_type", String(128), nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
)

candidates = Table(
    "candidates",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("document", ForeignKey("documents.sha256"), nullable=False),
    Column("parent", String(32), nullable=True),
    Column("at", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", JSON, nullable=False),
)

# one row a decision; the version of a candidate is the number of its decisions
decisions = Table(
    "decisions",
    metadata,
    Column("case_id", String(64), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("why", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("statements", JSON, nullable=False),
    Column("parts", JSON, nullable=False),
    ForeignKeyConstraint(["case_id", "key"], ["candidates.case_id", "candidates.key"]),
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("input_hash", String(64), nullable=False),
    Column("code_version", String(32), nullable=False),
    Column("seed", String(24), nullable=False),
    Column("draws", Integer, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("by_date", String(10), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("document", ForeignKey("blobs.sha256"), nullable=False),
    Column("document_hash", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Index("ix_forecasts_case", "case_id", "at"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("fraction", Float, nullable=False),
    Column("note", Text, nullable=False),
    Column("result", Text, nullable=True),
    Column("error", Text, nullable=True),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("changed", String(32), nullable=False),
    Index("ix_jobs_state", "state", "at"),
)

probabilities = Table(
    "probabilities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("question", String(64), nullable=False),
    Column("probability", Float, nullable=False),
    Column("model", Float, nullable=True),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_probabilities_case", "case_id", "question"),
)

codings = Table(
    "codings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("statement_id", String(64), nullable=False),
    Column("field", String(16), nullable=False),
    Column("value", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Index("ix_codings_case", "case_id", "statement_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("password", String(256), nullable=False),
    Column("role", String(16), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", String(32), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.name"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created", String(32), nullable=False),
    Column("used", String(32), nullable=False),
)

# failed log-ins by what is limited: an account's name or an address
failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(160), nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_failures_subject", "subject", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("address", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", Text, nullable=False),
    Column("status", Integer, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("account", String(128), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("at", String(32), nullable=False),
)
