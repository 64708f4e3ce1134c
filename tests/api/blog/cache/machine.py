"""A state machine of writes, due times, takedowns, outages and reads: direct reads tell what the cache may answer.

The machine drives one service with a cache, a second replica whose commits the first hears of by the feed alone, and a
third that has no cache: what that one answers is the truth of the moment.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask.testing import FlaskClient
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from api.blog.cache import SILENCE
from api.shared.clock import rfc3339

ROOT = "/api/blog/v1"
LISTS = (
    f"{ROOT}/posts", f"{ROOT}/posts?sort=title&fields=title,tags", f"{ROOT}/tags", f"{ROOT}/tags/one",
    f"{ROOT}/authors/ada", f"{ROOT}/site", "/feed.json", "/sitemap.xml", f"{ROOT}/search?q=a",
)  # fmt: skip
# a list depends on every post
OF_POSTS = tuple(path for path in LISTS if path != f"{ROOT}/site")
SLUGS = ("a", "b", "c")
REPLICAS = st.sampled_from(["own", "other"])
SECONDS = st.sampled_from([0.0, 0.4, 1.0, 1.999, 2.0, 5.0])

Truth = tuple[int, bytes | None]


@dataclass
class World:
    """The three replicas, the line of the first to its database, its look at the feed, the clock, and an author.

    `begin` starts the first replica anew, so that no example begins with what another one left in memory.
    """

    begin: Callable[[], tuple[FlaskClient, Callable[[], None]]]
    other: FlaskClient
    direct: FlaskClient
    line: Any
    clock: Any
    token: Callable[[], str]

    def restart(self) -> None:
        self.cached, self.look = self.begin()

    def write(self, client: FlaskClient, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token()}", "If-Match": "*"}
        answer = client.open(f"{ROOT}{path}", method=method, headers=headers, **options)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json

    def replica(self, by: str) -> FlaskClient:
        return self.cached if by == "own" else self.other

    def truth(self, path: str) -> Truth:
        return truth_of(self.direct.get(path))


def truth_of(answer: Any) -> Truth:
    """Return what makes two answers the same; problems differ by their request ids."""
    return answer.status_code, answer.data if answer.status_code == 200 else None


class CacheMachine(RuleBasedStateMachine):
    """`true` holds what was true of each path since this process last learned of a change."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, Any] = {}
        self.true: dict[str, set[Truth]] = defaultdict(set)
        self.unheard = False
        self.renamed = 0

    @initialize()
    def begin(self) -> None:
        self.world.restart()
        self.world.write(self.world.cached, "PATCH", "/site", json={"title": "Volume 0"})
        self.world.look()
        self.heard_at = self.world.clock.now()

    @property
    def paths(self) -> list[str]:
        return [*LISTS, *(path for post in self.posts.values() for path in (*addresses(post), with_others(post)))]

    @rule(slug=st.sampled_from(SLUGS), by=REPLICAS, due=st.sampled_from([None, 0.4, 1.0, 3.0]))
    def publish(self, slug: str, by: str, due: float | None) -> None:
        if slug in self.posts:
            return
        body = {"title": slug.upper(), "slug": slug, "tags": ["One"], "status": "published"}
        if due is not None:
            self.world.clock.advance(seconds=due)
            body["published_at"] = rfc3339(self.world.clock.now())
            self.world.clock.advance(seconds=-due)
        client = self.world.replica(by)
        self.posts[slug] = self.world.write(client, "POST", "/posts", json=body)
        self._learned(by)

    @rule(slug=st.sampled_from(SLUGS), by=REPLICAS, what=st.sampled_from(["unpublish", "publish", "title"]))
    def change(self, slug: str, by: str, what: str) -> None:
        if slug not in self.posts:
            return
        client = self.world.replica(by)
        post = self.posts[slug]
        path = f"/posts/{post['id']}"
        if what == "title":
            body = {"title": f"{slug} {post['version']}", "tags": ["One", "Two"]}
            self.posts[slug] = self.world.write(client, "PATCH", path, json=body)
        elif what == "publish":
            self.posts[slug] = self.world.write(client, "POST", f"{path}/publish", json={})
        elif post["status"] != "unpublished":
            self.posts[slug] = self.world.write(client, "POST", f"{path}/unpublish")
        # what changes nothing commits nothing, and nobody learns of it
        if self.posts[slug]["version"] != post["version"]:
            self._learned(by, slug)

    @rule(slug=st.sampled_from(SLUGS), by=REPLICAS)
    def delete(self, slug: str, by: str) -> None:
        post = self.posts.pop(slug, None)
        if post is not None:
            client = self.world.replica(by)
            self.world.write(client, "DELETE", f"/posts/{post['id']}?permanent=true")
            self._learned(by, slug)

    @rule(by=REPLICAS)
    def rename_the_site(self, by: str) -> None:
        self.renamed += 1
        self.world.write(self.world.replica(by), "PATCH", "/site", json={"title": f"Volume {self.renamed}"})
        self._learned(by, paths=(f"{ROOT}/site", "/feed.json"))

    @rule(slug=st.sampled_from(SLUGS), by=REPLICAS)
    def see_a_post_fall_due(self, slug: str, by: str) -> None:
        self.publish(slug, by, 1.0)
        self.look()
        self.every_answer_was_true()
        self.world.clock.advance(seconds=1.0)

    @rule(seconds=SECONDS)
    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds=seconds)

    @precondition(lambda self: not self.world.line.cut)
    @rule()
    def look(self) -> None:
        self.world.look()
        self.heard_at = self.world.clock.now()
        self.true.clear()
        self.unheard = False

    @rule(seconds=SECONDS)
    def read_during_an_outage(self, seconds: float) -> None:
        self.world.line.cut = True
        self.world.clock.advance(seconds=seconds)
        self.every_answer_was_true()
        self.world.line.cut = False

    @invariant()
    def every_answer_was_true(self) -> None:
        """Every answer is what a direct read answers, or was so since this process last heard of changes."""
        for path in self.paths:
            now = self.world.truth(path)
            self.true[path].add(now)
            answer = self.world.cached.get(path)
            how = answer.headers.get("X-Cache")
            if self.world.line.cut and answer.status_code == 503:
                assert how == "miss"
                continue
            believed = self.world.clock.now() - self.heard_at < SILENCE
            late = how == "stale" or (how == "hit" and believed and self.unheard)
            allowed = self.true[path] if late else {now}
            assert truth_of(answer) in allowed, (path, how, answer.data[:300], now)

    def _learned(self, by: str, slug: str = "", paths: Sequence[str] = OF_POSTS) -> None:
        """Note who knows of a commit: after one of its own, this process may show nothing older of what it changed."""
        if by == "other":
            self.unheard = True
            return
        others = map(with_others, self.posts.values()) if paths == OF_POSTS else ()
        for path in (*paths, *others, *addresses(self.posts.get(slug, {}))):
            self.true[path].clear()

    def teardown(self) -> None:
        self.world.line.cut = False
        for post in self.posts.values():
            self.world.write(self.world.cached, "DELETE", f"/posts/{post['id']}?permanent=true")


def addresses(post: dict[str, Any]) -> tuple[str, ...]:
    """Return the paths of one post."""
    if not post:
        return ()
    return f"{ROOT}/posts/{post['id']}", f"{ROOT}/posts/slug/{post['slug']}"


def with_others(post: dict[str, Any]) -> str:
    """Return the path of one post with what stands around it, so that it depends on every post."""
    return f"{ROOT}/posts/{post['id']}?include=adjacent,related"
