from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.shared.environment import SHORTEST_SECRET, SettingRefused, number, secret, text


@dataclass(frozen=True, slots=True)
class Settings:
    """What the Database Service can be told. Raises SettingRefused for secrets that are missing or short."""

    blog_url: str
    """SQLAlchemy URL of the blog database: sqlite:////path/blog.sqlite3 or postgresql://…"""
    users_url: str
    """SQLAlchemy URL of the users database."""
    keys: Mapping[str, tuple[str, ...]] = field(repr=False)
    """The keys that each service (`blog`, `users`, `operator`) may present; two while one is being replaced."""
    cursor_key: str = field(repr=False)
    """The secret that signs page cursors."""
    pool_size: int = 8
    """How many connections each database may have; more callers wait up to a second, then get 503."""
    migrate_on_start: bool = True
    """Whether to migrate when starting, instead of refusing an old schema."""
    max_body_bytes: int = 64 * 1024 * 1024
    """The largest commit."""
    feed_days: int = 30
    """For how many days changes can be asked for."""
    slow_query_ms: int = 250
    """From how many milliseconds on a query is logged by its name."""
    backups_dir: Path = Path("data/backups")
    """Where backups are made."""
    media_dir: Path | None = None
    """The folder of uploaded files that backups hold too; None leaves them out."""

    def __post_init__(self) -> None:
        """Refuse what would make the service open to guessing."""
        for name in ("blog", "users"):
            if not self.keys.get(name):
                raise SettingRefused(f"DATABASE_{name.upper()}_KEY or DATABASE_{name.upper()}_KEY_FILE is needed.")
        for key in (self.cursor_key, *(one for several in self.keys.values() for one in several)):
            if len(key) < SHORTEST_SECRET:
                raise SettingRefused(
                    f"A key of the Database Service is shorter than {SHORTEST_SECRET} characters. Make one with: "
                    "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
                )

    @property
    def urls(self) -> dict[str, str]:
        """Return the URL of each database."""
        return {"blog": self.blog_url, "users": self.users_url}

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read DATABASE_* and DATA_DIR; any setting may stand in a file named by NAME_FILE. Raises SettingRefused."""
        data = Path(text("DATA_DIR", "data")).resolve()
        media = text("DATABASE_MEDIA_DIR", str(data / "media"))
        return cls(
            blog_url=text("DATABASE_BLOG_URL", f"sqlite:///{data / 'blog.sqlite3'}"),
            users_url=text("DATABASE_USERS_URL", f"sqlite:///{data / 'users.sqlite3'}"),
            # One key a line: two of them while a key is being replaced
            keys={
                "blog": tuple(secret("DATABASE_BLOG_KEY").split()),
                "users": tuple(secret("DATABASE_USERS_KEY").split()),
                "operator": tuple(text("DATABASE_OPERATOR_KEY", "").split()),
            },
            cursor_key=secret("DATABASE_CURSOR_KEY"),
            pool_size=number("DATABASE_POOL_SIZE", 8),
            migrate_on_start=text("DATABASE_MIGRATE_ON_START", "true").lower() == "true",
            max_body_bytes=number("DATABASE_MAX_BODY_BYTES", 64 * 1024 * 1024),
            feed_days=number("DATABASE_FEED_DAYS", 30),
            slow_query_ms=number("DATABASE_SLOW_QUERY_MS", 250),
            backups_dir=Path(text("DATABASE_BACKUPS_DIR", str(data / "backups"))),
            media_dir=Path(media) if media else None,
        )
