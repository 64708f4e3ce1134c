"""The tables every database has beside its collections: the change feed, idempotency keys and link positions."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, MetaData, Table, Text

from database_service.column_types import ID_LENGTH, Line, Moment

KEY_LENGTH = 300


def feed(metadata: MetaData) -> Table:
    """Return the log of every committed change. `record` and `private` are JSON text and together the full image."""
    return Table(
        "feed",
        metadata,
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("collection", Line(64), nullable=False),
        Column("id", Line(ID_LENGTH), nullable=False),
        Column("op", Line(6), CheckConstraint("op IN ('insert', 'update', 'delete')", name="op_known"), nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("at", Moment(), nullable=False),
        Column("record", Text, nullable=False),
        Column("private", Text),
        Index("ix_feed_at", "at"),
    )


def feed_head(metadata: MetaData) -> Table:
    """Return the one-row counter that numbers the feed; changes up to `floor` have been compacted away."""
    return Table(
        "feed_head",
        metadata,
        Column("one", Integer, CheckConstraint("one = 1", name="only_row"), primary_key=True, autoincrement=False),
        Column("seq", BigInteger, nullable=False),
        Column("floor", BigInteger, nullable=False),
    )


def idempotency(metadata: MetaData) -> Table:
    """Return the keys of commits that may be retried, with the caller's answer as the JSON text it sent."""
    return Table(
        "idempotency",
        metadata,
        Column("key", Line(KEY_LENGTH), primary_key=True),
        Column("fingerprint", Line(KEY_LENGTH), nullable=False),
        Column("answer", Text, nullable=False),
        Column("created_at", Moment(), nullable=False),
        Index("ix_idempotency_created_at", "created_at"),
    )


def link_positions(metadata: MetaData) -> Table:
    """Return how far each link has followed another database's feed."""
    return Table(
        "link_positions",
        metadata,
        Column("source", Line(64), primary_key=True),
        Column("position", BigInteger, nullable=False),
    )
