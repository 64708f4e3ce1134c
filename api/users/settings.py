"""Settings of the User Service, checked at start."""

from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path

from api.shared.environment import PUBLIC_URL, SettingRefused, file_of, number, origin, public_url, secret, text
from api.shared.service import SWAGGER, Limits

BODY_BYTES = 64 * 1024
MOST_AUDIT_DAYS = 36_500
REGISTRATIONS = ("open", "invitation", "closed")
SIGN_INS = "10 per 5 minutes"
CODES = "5 per 5 minutes"
AUDIT_DAYS = 365
SIGNING_KEY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Settings:
    """What the User Service needs to know; each line is `USERS_…` in the environment unless it says otherwise."""

    # What the Database Service knows this service by; USERS_DATABASE_KEY[_FILE]
    database_key: str = field(repr=False)
    # The private Ed25519 key, as JWK, that signs access tokens; USERS_SIGNING_KEY[_FILE]
    signing_key: str = field(repr=False)
    # Where that key was read from: it is read again when it was rotated; USERS_SIGNING_KEY_FILE
    signing_key_file: Path | None = None
    # After how many days one process changes the key by itself; 0 for never; USERS_SIGNING_KEY_DAYS
    signing_key_days: int = SIGNING_KEY_DAYS
    # A second key, published but not used: the next one before a change, the last one after it
    next_signing_key: str | None = field(default=None, repr=False)
    # Where the Database Service answers; USERS_DATABASE_URL
    database_url: str = ""
    # Where Blog and Frontend answer, for `/system` to ask them; USERS_BLOG_URL, USERS_FRONTEND_URL
    blog_url: str = ""
    frontend_url: str = ""
    # Where the blog is reached: PUBLIC_URL, without prefix
    public_url: str = PUBLIC_URL
    # Further origins, separated by commas, whose pages may sign in with the refresh cookie; USERS_ORIGINS
    origins: tuple[str, ...] = ()
    # How often anybody may try to sign in, per account and per address; USERS_LIMITS_SIGN_IN
    sign_in_limit: str = SIGN_INS
    # How many codes of a second factor may be tried, per account; USERS_LIMITS_SECOND_FACTOR
    second_factor_limit: str = CODES
    anonymous_limit: str = "600 per minute"
    bearer_limit: str = "6000 per minute"
    # memory:// for one process, redis://… for replicas that count together
    limits_storage: str = "memory://"
    max_body_bytes: int = BODY_BYTES
    swagger_folder: Path = SWAGGER
    # Who may make an account: anybody (open), those who were invited (invitation), nobody (closed); USERS_REGISTRATION
    registration: str = "invitation"
    # The mail server, such as smtp://user:password@mail.example.org:587; without one mails are shown in the log
    smtp_url: str = field(default="", repr=False)
    # Who mails come from; blog@ and the host of PUBLIC_URL unless it is set
    mail_from: str = ""
    # Where mails are kept while there is no mail server; DATA_DIR/outbox
    outbox_folder: Path = Path("data") / "outbox"
    # How many days the audit is kept; USERS_AUDIT_DAYS
    audit_days: int = AUDIT_DAYS
    # How many proxies in front may be believed about the caller's address; USERS_PROXIES
    proxies: int = 0

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the environment. Raises SettingRefused."""
        limits = Limits.from_environment("USERS_", max_body_bytes=BODY_BYTES)
        return cls(
            database_key=secret("USERS_DATABASE_KEY"),
            signing_key=secret("USERS_SIGNING_KEY"),
            signing_key_file=file_of("USERS_SIGNING_KEY"),
            signing_key_days=number("USERS_SIGNING_KEY_DAYS", SIGNING_KEY_DAYS),
            next_signing_key=text("USERS_NEXT_SIGNING_KEY", "") or None,
            database_url=text("USERS_DATABASE_URL"),
            blog_url=text("USERS_BLOG_URL", ""),
            frontend_url=text("USERS_FRONTEND_URL", ""),
            public_url=public_url(),
            origins=_origins(text("USERS_ORIGINS", "")),
            sign_in_limit=text("USERS_LIMITS_SIGN_IN", SIGN_INS),
            second_factor_limit=text("USERS_LIMITS_SECOND_FACTOR", CODES),
            anonymous_limit=limits.anonymous_limit,
            bearer_limit=limits.bearer_limit,
            limits_storage=limits.limits_storage,
            max_body_bytes=limits.max_body_bytes,
            swagger_folder=limits.swagger_folder,
            registration=_registration(text("USERS_REGISTRATION", "invitation")),
            smtp_url=text("USERS_SMTP_URL", ""),
            mail_from=_mail_from(text("USERS_MAIL_FROM", "")),
            outbox_folder=Path(text("DATA_DIR", "data")) / "outbox",
            audit_days=_audit_days(number("USERS_AUDIT_DAYS", AUDIT_DAYS)),
            proxies=number("USERS_PROXIES", 0),
        )

    @property
    def reached_by_tls(self) -> bool:
        """Tell whether browsers reach the blog by TLS, by which alone they then send cookies."""
        return self.public_url.startswith("https:")

    @property
    def limits(self) -> Limits:
        """Return the part that every public service has."""
        return Limits(
            public_url=self.public_url,
            max_body_bytes=self.max_body_bytes,
            anonymous_limit=self.anonymous_limit,
            bearer_limit=self.bearer_limit,
            limits_storage=self.limits_storage,
            swagger_folder=self.swagger_folder,
        )


def _origins(listed: str) -> tuple[str, ...]:
    return tuple(origin(each.strip(), "USERS_ORIGINS") for each in listed.split(",") if each.strip())


def _mail_from(address: str) -> str:
    try:
        return str(Address(addr_spec=address).addr_spec) if address else ""
    except (HeaderParseError, ValueError, IndexError) as error:
        raise SettingRefused(
            f"USERS_MAIL_FROM has to be an address such as blog@example.org; it is {address}"
        ) from error


def _audit_days(days: int) -> int:
    if not 1 <= days <= MOST_AUDIT_DAYS:
        raise SettingRefused(f"USERS_AUDIT_DAYS has to be from 1 to {MOST_AUDIT_DAYS}; it is {days}")
    return days


def _registration(mode: str) -> str:
    if mode not in REGISTRATIONS:
        raise SettingRefused(f"USERS_REGISTRATION has to be one of {', '.join(REGISTRATIONS)}; it is {mode}")
    return mode
