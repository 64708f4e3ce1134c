"""What the rules of this service work with; made once by `create_app`."""

from dataclasses import dataclass, field
from urllib.parse import quote

from api.blog.blobs import Blobs
from api.blog.pings.targets import Targets
from api.blog.posts.due import NextDue
from api.shared.clock import Clock, rfc3339
from api.shared.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """The store, the clock, the public blobs, the files of jobs and the public address of one Blog Service.

    `pings` says who is told of posts.
    """

    store: Store
    clock: Clock
    blobs: Blobs
    files: Blobs
    due: NextDue
    public_url: str
    pings: Targets = field(default_factory=Targets)

    def now(self) -> str:
        """Return the moment as it is stored and sent."""
        return rfc3339(self.clock.now())

    def address(self, *steps: str) -> str:
        """Return the absolute address of a page of the site."""
        return "/".join((self.public_url, *(quote(step, safe="") for step in steps)))
