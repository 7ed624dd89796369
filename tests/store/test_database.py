"""What a database must be before anything is kept in it."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, make_url, text

from willing.errors import UnreadableError
from willing.store import Store


@pytest.mark.postgres
def test_a_database_that_holds_ascii_alone_is_refused_with_what_would_do(postgres: str) -> None:
    """What `createdb` makes on a server that was set up without a locale."""
    server = create_engine(
        make_url(postgres).set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(
            text(
                "CREATE DATABASE ascii_alone TEMPLATE template0 ENCODING 'SQL_ASCII'"
                " LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        )
    server.dispose()
    with pytest.raises(UnreadableError, match=r"found a database encoded SQL_ASCII; expected UTF8"):
        Store.open(make_url(postgres).set(database="ascii_alone").render_as_string(False))
