"""The Blog Service's settings, read from the environment once, at start."""

from dataclasses import dataclass, field
from pathlib import Path

from api.blog.pings.targets import INDEXNOW_URL, Targets, hub_of, key_of, networks_of
from api.shared import environment
from api.shared.service import Limits

MEGABYTE = 1 << 20
MAX_BODY_BYTES = 8 * MEGABYTE
CACHE_BYTES = 64 * MEGABYTE
TRASH_DAYS = 30
DATABASE_URL = "http://127.0.0.1:8003"
USERS_URL = "http://127.0.0.1:8002"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may choose."""

    limits: Limits
    database_url: str
    database_key: str
    users_url: str
    media_url: str
    jobs_url: str
    cache_bytes: int = CACHE_BYTES
    trash_days: int = TRASH_DAYS
    proxies: int = 0
    pings: Targets = field(default_factory=Targets)

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read `BLOG_*`, `PUBLIC_URL` and `DATA_DIR`. Raises SettingRefused."""
        data = Path(environment.text("DATA_DIR", "data"))
        return cls(
            limits=Limits.from_environment("BLOG_", max_body_bytes=MAX_BODY_BYTES),
            database_url=environment.text("BLOG_DATABASE_URL", DATABASE_URL),
            database_key=environment.secret("BLOG_DATABASE_KEY"),
            users_url=environment.text("BLOG_USERS_URL", USERS_URL),
            media_url=environment.text("BLOG_MEDIA_URL", str(data / "media")),
            jobs_url=environment.text("BLOG_JOBS_URL", str(data / "jobs")),
            cache_bytes=environment.number("BLOG_CACHE_BYTES", CACHE_BYTES),
            trash_days=environment.number("BLOG_TRASH_DAYS", TRASH_DAYS),
            proxies=environment.number("BLOG_PROXIES", 0),
            pings=Targets(
                hub=hub_of(environment.text("BLOG_WEBSUB_HUB", ""), "BLOG_WEBSUB_HUB"),
                indexnow_key=key_of(environment.text("BLOG_INDEXNOW_KEY", ""), "BLOG_INDEXNOW_KEY"),
                indexnow_url=hub_of(environment.text("BLOG_INDEXNOW_URL", INDEXNOW_URL), "BLOG_INDEXNOW_URL"),
                allowed=networks_of(environment.text("BLOG_SEND_TO", ""), "BLOG_SEND_TO"),
            ),
        )
