"""What each reader's page shows: which API answers it needs and what it makes of them. Same words as src/pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from spa.server import talk
from spa.server.dates import Calendar

API = "/api/blog/v1"
SITE = f"{API}/site"
RESULTS = 20
RELATED = 3
LEAST_HEADINGS = 3
# What readers see of a post, in a list and by itself; src/lib/reading.js asks for the same.
LIST_FIELDS = "cover,excerpt,featured,id,language,published_at,reading_minutes,tags,title,url"
POST_FIELDS = (
    "authors,canonical_url,cover,excerpt,html,id,kind,language,published_at,reading_minutes,seo,series,summary,tags,title,toc,"
    "updated_at,url,visibility,word_count"
)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A page before it is HTML; `context` goes to the template."""

    template: str
    title: str
    description: str
    path: str
    context: Mapping[str, Any]
    kind: str = "website"
    image: str | None = None
    indexed: bool = True
    feeds: str = "/"
    canonical: str | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The API answers of a page by name, and the function that makes a view of them."""

    module: str
    requests: Mapping[str, str]
    show: Callable[[Mapping[str, Any], Calendar], View | None]
    """Makes the page of the answers; None where they leave nothing to show, and the page is not there."""
    subject: str = field(default="posts")
    """The request whose 301, 404 or 410 is the page's own."""
    further: Callable[[Mapping[str, Any]], Mapping[str, str]] = field(default=lambda _answers: {})
    """What is asked once the first answers are there; the page does without what does not come."""
    passing: str | None = None
    """The request whose answer is not kept, and neither is the page; a refusal of it is shown, not answered."""


def api_path(path: str, **query: str | int | None) -> str:
    """Return an API path with its query in the order of names, as src/lib/page-data.js writes it."""
    given = sorted((name, value) for name, value in query.items() if value is not None)
    return f"{API}{path}" + (f"?{urlencode(given)}" if given else "")


def home(cursor: str | None, size: int) -> Plan:
    """Plan the home page; `size` is how many posts the site lists on a page."""
    posts = api_path("/posts", fields=LIST_FIELDS, limit=size, cursor=cursor)

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        site = answers["site"]
        context = _listing(answers["posts"], calendar)
        return View("home.html", site["title"], site["description"], "/", context, indexed=cursor is None)

    return Plan("src/pages/Home.svelte", {"site": SITE, "posts": posts}, show)


def tag(slug: str, cursor: str | None, size: int) -> Plan:
    """Plan the page of a tag."""
    requests = {
        "site": SITE,
        "tag": api_path(f"/tags/{quote(slug, safe='')}"),
        "posts": api_path("/posts", fields=LIST_FIELDS, limit=size, tag=slug, cursor=cursor),
    }

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        found, path = answers["tag"], urlsplit(answers["tag"]["url"]).path
        context = {"tag": found, **_listing(answers["posts"], calendar)}
        return View(
            "tag.html", found["name"], found["description"] or "", path, context,
            indexed=cursor is None, feeds=f"{path}/",
        )  # fmt: skip

    return Plan("src/pages/Tag.svelte", requests, show, subject="tag")


def author(username: str, cursor: str | None, size: int) -> Plan:
    """Plan the page of an author."""
    requests = {
        "site": SITE,
        "author": api_path(f"/authors/{quote(username, safe='')}"),
        "posts": api_path("/posts", fields=LIST_FIELDS, limit=size, author=username, cursor=cursor),
    }

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        found, path = answers["author"], urlsplit(answers["author"]["url"]).path
        context = {"author": found, **_listing(answers["posts"], calendar)}
        return View(
            "author.html", found["name"], found["bio"] or "", path, context,
            kind="profile", image=found["avatar_url"], indexed=cursor is None, feeds=f"{path}/",
        )  # fmt: skip

    return Plan("src/pages/Author.svelte", requests, show, subject="author")


def series(slug: str) -> Plan:
    """Plan the page of a series: its posts in their order."""
    requests = {"site": SITE, "series": api_path(f"/series/{quote(slug, safe='')}")}

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        found, path = answers["series"], urlsplit(answers["series"]["url"]).path
        context = {"series": found, "lines": lines({"items": found["posts"]}, calendar)}
        return View("series.html", found["title"], found["description"] or "", path, context, feeds=f"{path}/")

    return Plan("src/pages/Series.svelte", requests, show, subject="series")


def post(slug: str) -> Plan:
    """Plan the page of a post or a page."""
    requests = {"site": SITE, "post": api_path(f"/posts/slug/{quote(slug, safe='')}", fields=POST_FIELDS)}

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        found = answers["post"]
        seo, cover = found["seo"] or {}, found["cover"]
        context = {
            "post": found,
            "when": calendar.describe(found["published_at"]) if found["published_at"] else None,
            "contents": contents(found["toc"]),
            "adjacent": answers.get("adjacent", {"previous": None, "next": None}),
            "related": lines(answers.get("related", {"items": []}), calendar),
            "translations": answers.get("translations", {"items": []})["items"],
            **talk.under_post(answers.get("comments"), calendar),
        }
        return View(
            "post.html",
            seo.get("title") or found["title"],
            seo.get("description") or found["excerpt"],
            urlsplit(found["url"]).path,
            context,
            kind="article",
            image=seo.get("image") or (cover["url"] if cover else None),
            indexed=found["visibility"] != "unlisted",
            canonical=found["canonical_url"],
            document=found,
        )

    return Plan("src/pages/Post.svelte", requests, show, subject="post", further=_around)


def preview(token: str) -> Plan:
    """Plan what a preview link shows: a post as it would be, without what leads on from it."""
    requests = {"post": api_path(f"/previews/{quote(token, safe='')}", fields=POST_FIELDS)}

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        found = answers["post"]
        around: Mapping[str, Any] = {
            "adjacent": {"previous": None, "next": None},
            "related": [],
            "translations": [],
            "talk": None,
        }
        when = calendar.describe(found["published_at"]) if found["published_at"] else None
        context = {"post": found, "when": when, "contents": contents(found["toc"]), **around}
        # without the token: nothing of the page repeats it
        return View(
            "preview.html", found["title"], found["excerpt"], "/preview", context, kind="article", indexed=False
        )

    return Plan("", requests, show, subject="post", passing="post")


def _around(answers: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what leads on from a post; pages stand by themselves, and unlisted posts with what is said about them."""
    found, path = answers["post"], f"/posts/{answers['post']['id']}"
    if found["kind"] != "post":
        return {}
    comments = {"comments": api_path(f"{path}/comments", limit=talk.COMMENTS)}
    if found["visibility"] == "unlisted":
        return comments
    adjacent, related = api_path(f"{path}/adjacent"), api_path(f"{path}/related", limit=RELATED)
    further = {"adjacent": adjacent, "related": related, **comments}
    # only a post that says its language is linked with others
    return {**further, "translations": api_path(f"{path}/translations")} if found["language"] else further


def search(question: str, cursor: str | None) -> Plan:
    """Plan the search page."""
    requests = {"site": SITE}
    if question:
        requests["results"] = api_path("/search", limit=RESULTS, q=question, cursor=cursor)

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        found = answers.get("results")
        context = {"question": question, "refused": found is not None and "items" not in found, "results": None}
        if found is not None and "items" in found:
            items = [_result(item, calendar) for item in found["items"]]
            context["results"] = {"items": items, "next": found["next"], "prev": found["prev"]}
        t = calendar.wording
        title = t("search.titled", question=question) if question else t("search.title")
        return View("search.html", title, "", "/search", context, indexed=False)

    return Plan("src/pages/Search.svelte", requests, show, passing="results")


def _result(item: Document, calendar: Calendar) -> Mapping[str, Any]:
    post = item["post"]
    return {**item, "path": urlsplit(post["url"]).path, "when": calendar.describe(post["published_at"])}


def contents(toc: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the two upper levels of a table of contents, `depth` 0 or 1; nothing when there are too few headings."""
    top = min((entry["level"] for entry in toc), default=0)
    entries = [{**entry, "depth": entry["level"] - top} for entry in toc if entry["level"] <= top + 1]
    return entries if len(entries) >= LEAST_HEADINGS else []


def lines(posts: Document, calendar: Calendar) -> Sequence[Mapping[str, Any]]:
    """Return posts that are shown in one line each."""
    return [
        {"post": found, "path": urlsplit(found["url"]).path, "when": calendar.describe(found["published_at"])}
        for found in posts["items"]
    ]


def _listing(posts: Document, calendar: Calendar) -> Mapping[str, Any]:
    entries = [
        {
            "post": found,
            "path": urlsplit(found["url"]).path,
            "when": calendar.describe(found["published_at"], short=True),
        }
        for found in posts["items"]
    ]
    years = [(year, list(group)) for year, group in groupby(entries, lambda entry: entry["when"].year)]
    return {"years": years, "next": posts["next"], "prev": posts["prev"]}
