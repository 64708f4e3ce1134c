"""What readers say under the demonstration's posts: written by guests and by the owner, approved by the owner."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_blog.client import Client

SCRIPT = Path(__file__).with_name("comments.toml")
GUESTS_OWN = ("name", "website")
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The comments beside this file, said by whose they are; `said` holds those of an earlier, interrupted start."""

    owner: Client
    guest: Client
    said: Mapping[str, Line]

    def under(self, post_id: str, lines: Iterable[Line], parent_id: str | None = None) -> None:
        """Say under a post what has not been said yet, and what answers it. Raises Refused."""
        for line in lines:
            comment = self.said.get(line["markdown"]) or self._say(post_id, line, parent_id)
            if comment["status"] != "approved" and not line.get("waits"):
                item = {"id": comment["id"], "version": comment["version"]}
                self.owner.make("/comments/moderate", {"items": [item], "status": "approved"})
            self.under(post_id, line.get("answers", ()), comment["id"])

    def _say(self, post_id: str, line: Line, parent_id: str | None) -> Line:
        own = {name: line[name] for name in GUESTS_OWN if name in line}
        body = {"markdown": line["markdown"], "parent_id": parent_id, **own}
        made: Line = (self.guest if own else self.owner).make(f"/posts/{post_id}/comments", body)
        return made


def hold(owner: Client, guest: Client) -> None:
    """Hold the whole conversation. Raises Refused."""
    said = {each["markdown"]: each for each in owner.walk("/comments", status="any")}
    conversation = Conversation(owner, guest, said)
    for line in tomllib.loads(SCRIPT.read_text("utf-8"))["comments"]:
        conversation.under(owner.find(f"/posts/slug/{line['post']}")["id"], [line])
