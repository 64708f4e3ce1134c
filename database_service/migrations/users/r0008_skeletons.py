"""What usernames look like, so that no two look the same."""

from alembic import op

from database_service.migrations.vocabulary import add_columns, line

revision = "0008"
down_revision = "0007"

# Usernames were ASCII until now, of which these letters alone look like others
LOOK = "UPDATE accounts SET username_skeleton = replace(replace(replace(username_key, '0', 'o'), '1', 'l'), 'm', 'rn')"
# Where two looked the same, the older one has the look
FIRST = """
UPDATE accounts SET username_skeleton = NULL WHERE EXISTS (
  SELECT 1 FROM accounts AS older WHERE older.id < accounts.id AND older.username_skeleton = accounts.username_skeleton
)
"""


def upgrade() -> None:
    add_columns("accounts", line("username_skeleton", 400, nullable=True))
    op.execute(LOOK)
    op.execute(FIRST)
    op.create_index("uq_accounts_username_skeleton", "accounts", ["username_skeleton"], unique=True)
