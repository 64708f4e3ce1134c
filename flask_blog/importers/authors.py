"""Finds the blog's authors by name and makes those who are missing, without accounts."""

from slugify import slugify

from flask_blog.client import Client, Refused

LONGEST_USERNAME = 60
ATTEMPTS = 50


class Authors:
    """The authors of a blog. With `pretend`, nobody is made."""

    def __init__(self, client: Client, *, pretend: bool) -> None:
        self._client = client
        self._pretend = pretend
        self._by_name: dict[str, str] = {}
        self._usernames: set[str] = set()
        self.made = 0
        for author in client.walk("/authors", fields="username,name"):
            self._know(author["name"], author["username"])

    def username(self, name: str) -> str:
        """Return the username of an author; `@ada` and `ada` find the author called that. Raises Refused."""
        bare = name.removeprefix("@")
        known = self._by_name.get(name.casefold()) or (bare.lower() if bare.lower() in self._usernames else None)
        return known or self._make(name)

    def _make(self, name: str) -> str:
        stem = slugify(name, max_length=LONGEST_USERNAME, word_boundary=True) or "author"
        candidates = [stem, *(f"{stem}-{number}" for number in range(2, ATTEMPTS))]
        for username in candidates:
            if username in self._usernames:
                continue
            try:
                if not self._pretend:
                    self._client.make("/authors", {"username": username, "name": name})
            except Refused as refusal:
                if refusal.code == "username_taken":
                    continue
                raise
            self._know(name, username)
            self.made += 1
            return username
        raise Refused(409, {"code": "username_taken", "title": f"no username is free for {name}"})

    def _know(self, name: str, username: str) -> None:
        self._by_name.setdefault(name.casefold(), username)
        self._usernames.add(username)
