"""Makes and fills search indexes. What is stored is always what this version's analyser makes of the records."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Line
from database_service.declaration import Search, SearchField
from database_service.search.filling import fill
from database_service.search.tables import Weighed, fts5_statements


def create_search(collection: str, mirrors: Sequence[sa.Column[str]], fields: Sequence[SearchField]) -> None:
    """Create the search index of a collection and let its records be found."""
    search = Search(tuple(fields), tuple(mirror.name for mirror in mirrors))
    name = f"{collection}_search"
    table = op.create_table(
        name,
        sa.Column("record_id", Line(200), sa.ForeignKey(f"{collection}.id"), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=True, unique=True),
        *mirrors,
        *(sa.Column(column, sa.Text, nullable=False) for column in search.columns),
        sa.Column("weighed", Weighed, nullable=True),
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in fts5_statements(name, search.columns):
            connection.exec_driver_sql(statement)
    fill(connection, table, collection, search)
    if connection.dialect.name == "postgresql":
        op.create_index(f"ix_{name}_weighed", name, ["weighed"], postgresql_using="gin")
