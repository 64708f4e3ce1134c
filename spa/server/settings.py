"""The Frontend Service's settings, read from the environment once, at start."""

from dataclasses import dataclass
from pathlib import Path

from api.shared import environment

MEGABYTE = 1 << 20
DIST = Path(__file__).parents[1] / "dist"
BLOG_URL = "http://127.0.0.1:8001"
PAGES_BYTES = 32 * MEGABYTE
ANSWERS_BYTES = 16 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may choose. `public_url` begins canonical addresses; `dist` holds the built SPA."""

    public_url: str
    blog_url: str = BLOG_URL
    dist: Path = DIST
    pages_bytes: int = PAGES_BYTES
    answers_bytes: int = ANSWERS_BYTES
    proxies: int = 0

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read `FRONTEND_*` and `PUBLIC_URL`. Raises SettingRefused."""
        return cls(
            public_url=environment.public_url(),
            blog_url=environment.text("FRONTEND_BLOG_URL", BLOG_URL),
            dist=Path(environment.text("FRONTEND_DIST", str(DIST))),
            pages_bytes=environment.number("FRONTEND_PAGES_BYTES", PAGES_BYTES),
            answers_bytes=environment.number("FRONTEND_ANSWERS_BYTES", ANSWERS_BYTES),
            proxies=environment.number("FRONTEND_PROXIES", 0),
        )
