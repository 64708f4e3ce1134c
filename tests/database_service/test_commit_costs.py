"""What a commit costs: statements, each a round trip to PostgreSQL, and pages of SQLite's log, which are synced."""

from pathlib import Path

import pytest

from api.shared.store import Idempotency, delete, update
from tests.database_service.costs import statements
from tests.support.records import new_author, new_post, new_tag

PAGE, FRAME_HEADER = 4096, 24
MOST_PAGES = 50


def test_a_commit_is_a_few_statements_however_much_a_record_lists(database, blog):
    """Each is a round trip to PostgreSQL: the key, the record, what is derived from it, the feed."""
    tags, ada = [new_tag(name) for name in "abc"], new_author("ada")
    blog.commit([*tags, ada])
    made = new_post("p", tag_ids=[tag.id for tag in tags], author_ids=[ada.id])
    counted = []
    for number, operation in enumerate([made, update("posts", made.id, {"status": "draft"}), delete("posts", made.id)]):
        with statements(database) as sent:
            blog.commit([operation], idempotency=Idempotency(f"k{number}", "f", 1))
        counted.append(len(sent))
    assert counted == ([4, 5, 4] if database.engine == "postgresql" else [8, 12, 9])  # one of them is BEGIN IMMEDIATE


@pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)
def test_a_post_costs_a_bounded_number_of_pages_of_the_log(database, blog):
    """Each index is one of them, and what is searched and logged of the text the others."""
    engine = database.service.databases["blog"]
    tags, ada = [new_tag(name) for name in "abc"], new_author("ada")
    words = " ".join(f"word{number}" for number in range(1_000))
    blog.commit([*tags, ada])
    made = [
        new_post(f"p{number}", tag_ids=[tag.id for tag in tags], author_ids=[ada.id], markdown=words, html=words)
        for number in range(20)
    ]
    engine.overwrite()
    with engine.checkpoints.paused():
        for each in made:
            blog.commit([each])
        pages = Path(f"{engine.url.database}-wal").stat().st_size // (PAGE + FRAME_HEADER)
    assert len(made) < pages <= MOST_PAGES * len(made)
