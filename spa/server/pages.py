"""From an address to a rendered page: asks for the answers, keeps the HTML, knows when it is no longer true."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import orjson

from api.shared.clock import Clock
from spa.server import headers
from spa.server.answers import Answer, Answers, BlogAway, ReaderLimited
from spa.server.bounded import BoundedStore
from spa.server.dates import Calendar
from spa.server.page_cache import RenderedPage
from spa.server.rendering import UNKNOWN_SITE, Renderer
from spa.server.views import SITE, Plan, View, api_path
from spa.server.wording import Wordings

OK = 200
MOVED = 301
GONE = 410
NOT_FOUND = 404
BROKEN = 500
AWAY = 503
LIMITED = 429
CURSOR_REFUSED = 422


# From the answers there are to the status and the page.
Respond = Callable[[Mapping[str, Any], Calendar], tuple[int, View]]


@dataclass(frozen=True, slots=True)
class Moved:
    """The page has another address, for good or, after an outdated cursor, for now."""

    to: str
    permanent: bool = True


class Pages:
    """The reader's pages."""

    def __init__(
        self, answers: Answers, renderer: Renderer, wordings: Wordings, store: BoundedStore[RenderedPage], clock: Clock
    ) -> None:
        self._answers = answers
        self._renderer = renderer
        self._wordings = wordings
        self._store = store
        self._clock = clock

    def get(self, key: str, path: str, plan: Plan, forwarded: Mapping[str, str]) -> RenderedPage | Moved:
        """Return the page of a plan; `key` names it in the cache, `path` is the one that was asked for."""
        try:
            requests, answers = self._gathered(plan, forwarded)
        except BlogAway:
            return self.failure("offline", AWAY, path, forwarded)
        except ReaderLimited:
            return self.failure("busy", LIMITED, path, forwarded)
        if answers["site"].status != OK:
            return self.failure("offline", AWAY, path, forwarded)
        refused = next((each for name, each in answers.items() if each.status != OK and name != plan.passing), None)
        if refused is not None:
            return self._refusal(refused, path, forwarded)
        page = self._current(key, path, plan, requests, answers)
        if page is None:
            return self.failure("not_found", NOT_FOUND, path, forwarded)
        if isinstance(page, RenderedPage) and plan.passing is None:
            page.stale = any(answer.stale for answer in answers.values())
            page.checked = self._clock.now()
            self._store.put(key, page)
        return page

    def sent(self, plan: Plan, path: str, respond: Respond, forwarded: Mapping[str, str]) -> RenderedPage | Moved:
        """Return the page that says what came of something a reader sent. Nobody keeps it."""
        try:
            _, answers = self._gathered(plan, forwarded)
        except (BlogAway, ReaderLimited):
            answers = {}
        subject = answers.get(plan.subject)
        if subject is not None and subject.status == MOVED:
            return self._refusal(subject, path, forwarded)
        site = self.site(forwarded)
        known = {name: orjson.loads(answer.body) for name, answer in answers.items() if answer.status == OK}
        status, view = respond(known, self._calendar(site))
        page = self._renderer.page(view, site=site, module="", answers={}, status=status)
        page.headers = {**page.headers, "Cache-Control": "no-store"}
        return page

    def send(self, path: str, body: bytes, forwarded: Mapping[str, str]) -> Answer:
        """Pass on what a reader sent. Raises BlogAway."""
        return self._answers.send(path, body, forwarded)

    def preview(self, plan: Plan, forwarded: Mapping[str, str]) -> RenderedPage:
        """Return what a preview link shows. Nobody keeps it or passes its address on; here neither."""
        try:
            answer = self._answers.passing(plan.requests[plan.subject], forwarded)
        except BlogAway:
            page = self.failure("offline", AWAY, "/preview", forwarded)
        except ReaderLimited:
            page = self.failure("busy", LIMITED, "/preview", forwarded)
        else:
            page = self._shown(plan, answer, forwarded)
        page.headers = {**page.headers, **headers.UNTOLD}
        return page

    def _shown(self, plan: Plan, answer: Answer, forwarded: Mapping[str, str]) -> RenderedPage:
        site = self.site(forwarded)
        calendar = self._calendar(site)
        view = plan.show({plan.subject: orjson.loads(answer.body)}, calendar) if answer.status == OK else None
        if view is None:
            return self.failure("preview", NOT_FOUND, "/preview", forwarded)
        return self._renderer.page(view, site=site, module=plan.module, answers={})

    def _gathered(self, plan: Plan, forwarded: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, Answer]]:
        """Return the requests of a page and their answers, by name. Raises BlogAway and ReaderLimited."""
        requests = dict(plan.requests)
        answers = {name: self._ask(plan, name, forwarded) for name in requests}
        if any(answer.status != OK for answer in answers.values()):
            return requests, answers
        further = plan.further({name: orjson.loads(answer.body) for name, answer in answers.items()})
        for name, request in further.items():
            with suppress(BlogAway, ReaderLimited):
                answer = self._answers.get(request, forwarded)
                if answer.status == OK:
                    requests[name], answers[name] = request, answer
        return requests, answers

    def _ask(self, plan: Plan, name: str, forwarded: Mapping[str, str]) -> Answer:
        ask = self._answers.passing if name == plan.passing else self._answers.get
        return ask(plan.requests[name], forwarded)

    def _current(
        self, key: str, path: str, plan: Plan, requests: Mapping[str, str], answers: Mapping[str, Answer]
    ) -> RenderedPage | Moved | None:
        """Return the kept page if it still shows these answers on this day, else a new one; None if there is none."""
        site = orjson.loads(answers["site"].body)
        calendar = self._calendar(site)
        kept = self._store.get(key)
        marks = {request: answers[name].mark for name, request in requests.items()}
        if kept is not None and kept.sources == marks and kept.day == calendar.today:
            return kept
        view = plan.show({name: orjson.loads(answer.body) for name, answer in answers.items()}, calendar)
        if view is None:
            return None
        if unquote(view.path) != path:
            return Moved(view.path)
        by_request = {request: answers[name] for name, request in requests.items()}
        page = self._renderer.page(view, site=site, module=plan.module, answers=by_request)
        page.day = calendar.today
        return page

    def _calendar(self, site: Mapping[str, Any]) -> Calendar:
        return Calendar.at(self._clock.now(), site["time_zone"], self._wordings.of(site["language"]))

    def _refusal(self, refused: Answer, path: str, forwarded: Mapping[str, str]) -> RenderedPage | Moved:
        if refused.status == MOVED:
            # The API names the post's own address; the page's ends with the same slug.
            slug = unquote(refused.location.partition("?")[0].rsplit("/", 1)[-1])
            return Moved(f"{path.rsplit('/', 1)[0]}/{quote(slug, safe='')}")
        if refused.status == CURSOR_REFUSED:
            return Moved(path, permanent=False)
        if refused.status == NOT_FOUND and (moved := self._moved_or_none(path, forwarded)) is not None:
            return moved
        return self.failure("gone" if refused.status == GONE else "not_found", refused.status, path, forwarded)

    def _moved_or_none(self, path: str, forwarded: Mapping[str, str]) -> Moved | None:
        """Return where a tag, series or author that had this address is read now, while that can be asked."""
        with suppress(BlogAway, ReaderLimited):
            return self.moved_to(path, forwarded)
        return None

    def moved_to(self, path: str, forwarded: Mapping[str, str]) -> Moved | None:
        """Return where an old path leads, from imports and renamed addresses. Raises BlogAway."""
        answer = self._answers.get(api_path("/redirects", from_path=path), forwarded)
        items = orjson.loads(answer.body)["items"] if answer.status == OK else []
        return Moved(items[0]["to_path"]) if items else None

    def shell(self, path: str, forwarded: Mapping[str, str]) -> RenderedPage:
        """Return the page in which the SPA does everything itself."""
        site, answers = self._site(forwarded)
        view = View("shell.html", site["title"], "", path, {}, indexed=False)
        return self._renderer.page(view, site=site, module="", answers=answers)

    def failure(self, kind: str, status: int, path: str, forwarded: Mapping[str, str]) -> RenderedPage:
        """Return the page that says what happened: `not_found`, `gone`, `preview`, `busy`, `offline` or `server`."""
        site, answers = self._site(forwarded)
        t = self._wordings.of(site["language"])
        view = View("error.html", t(f"error.{kind}.title"), "", path, {"kind": kind}, indexed=False)
        return self._renderer.page(view, site=site, module="", answers=answers, status=status)

    def plain(self, view: View, forwarded: Mapping[str, str]) -> RenderedPage:
        """Return a page that shows nothing of the Blog Service but its name."""
        site, _ = self._site(forwarded)
        return self._renderer.page(view, site=site, module="", answers={})

    def site(self, forwarded: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the blog's settings, or what stands for them while nothing is known."""
        return self._site(forwarded)[0]

    def opensearch(self, forwarded: Mapping[str, str]) -> bytes:
        """Return how browsers may search this blog."""
        return self._renderer.opensearch(self.site(forwarded))

    def _site(self, forwarded: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, Answer]]:
        try:
            answer = self._answers.get(SITE, forwarded)
        except (BlogAway, ReaderLimited):
            return UNKNOWN_SITE, {}
        return (orjson.loads(answer.body), {SITE: answer}) if answer.status == OK else (UNKNOWN_SITE, {})
