"""Brings the images of posts into the blog, each file once."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask_blog.client import STOPPING, Client, File, Refused

MAX_BYTES = 25_000_000

# returns the bytes of a file, so many at most
Read = Callable[[Path, int], bytes]


def read_file(path: Path, most: int) -> bytes:
    """Return the bytes of a file on disk. Raises OSError."""
    with path.open("rb") as file:
        return file.read(most)


class NotTaken(Exception):
    """A file cannot become media of the blog; the message says why."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What the blog made of a file."""

    id: str
    url: str


class Images:
    """Uploads files and remembers what became of them. With `pretend`, nothing is sent."""

    def __init__(self, client: Client, read: Read, *, pretend: bool) -> None:
        self._client = client
        self._read = read
        self._pretend = pretend
        self._known: dict[Path, Uploaded | NotTaken] = {}
        self._there = {media["id"] for media in client.walk("/media", fields="id")}
        self.made = 0

    def take(self, path: Path) -> Uploaded:
        """Return the media for a file. Raises NotTaken, Unreachable."""
        if path not in self._known:
            try:
                self._known[path] = self._upload(path)
            except NotTaken as reason:
                self._known[path] = reason
        known = self._known[path]
        if isinstance(known, NotTaken):
            raise known
        return known

    def _upload(self, path: Path) -> Uploaded:
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if not content_type.startswith("image/"):
            raise NotTaken("only images can be taken over; the link is left as it is")
        try:
            data = self._read(path, MAX_BYTES + 1)
        except OSError as error:
            raise NotTaken(f"cannot be read: {error.strerror}") from error
        if len(data) > MAX_BYTES:
            raise NotTaken(f"is larger than {MAX_BYTES:,} bytes")
        if self._pretend:
            self.made += 1
            return Uploaded(str(path), f"/media/{path.name}")
        try:
            media = self._client.upload("/media", File(path.name, content_type, data))
        except Refused as refusal:
            if refusal.status in STOPPING:
                raise
            raise NotTaken(f"was refused: {refusal}") from refusal
        if media["id"] not in self._there:
            self._there.add(media["id"])
            self.made += 1
        return Uploaded(media["id"], media["url"])
