"""The Frontend Service: the reader's pages as real HTML, the SPA's files, and the way in for developers."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from api.shared import health, logs, metrics
from api.shared.clock import Clock, SystemClock
from api.shared.strict_transport import by_tls_alone
from api.shared.transport import HttpTransport, Transport
from spa.server import archive, conversation, documentation, installing, views
from spa.server.answers import Answers, BlogAway, ReaderLimited
from spa.server.bounded import BoundedStore
from spa.server.build import Build
from spa.server.page_cache import PageCache, RenderedPage
from spa.server.pages import AWAY, BROKEN, LIMITED, NOT_FOUND, Moved, Pages
from spa.server.rendering import Renderer
from spa.server.settings import Settings
from spa.server.wording import Wordings

MOST_QUESTION = 200
SHELLS = (
    "/setup", "/sign-in", "/register", "/invitation", "/verify-email", "/forgot-password", "/reset-password",
    "/account", "/studio", "/reading", "/offline",
)  # fmt: skip

# Always the same digits, so that a period has one address.
YEAR = "<int(fixed_digits=4, min=1):year>"
MONTH = "<int(fixed_digits=2, min=1, max=12):month>"


def create_app(settings: Settings, *, blog: Transport, clock: Clock) -> Flask:
    """Return the Frontend Service; `blog` reaches the public Blog API. Raises NotBuilt without a built SPA."""
    app = Flask("frontend", static_folder=None)
    app.url_map.strict_slashes = True
    build = Build.load(settings.dist)
    wordings = Wordings.load(settings.dist / "messages")
    store: BoundedStore[RenderedPage] = BoundedStore(settings.pages_bytes)
    answers = Answers(blog, clock, limit=settings.answers_bytes)
    pages = Pages(answers, Renderer(build, wordings, settings.public_url), wordings, store, clock)
    metrics.install(app, CollectorRegistry())
    # Not a check of Blog: without it kept pages are still served, and a gateway must go on asking for them.
    health.install(app, {"build": build.is_there})
    _install_pages(app, pages)
    conversation.install(app, pages, forwarded, public_url=settings.public_url)
    documentation.install(app, pages, settings.dist / "problems.json")
    installing.install(app, build, lambda: pages.site(forwarded()))
    app.wsgi_app = _layers(app.wsgi_app, settings, store, clock)  # type: ignore[method-assign] # how Flask's manual adds middleware
    return app


def from_environment() -> Flask:
    """Return the Frontend Service as the environment describes it."""
    logs.configure(json_lines=True)
    settings = Settings.from_environment()
    return create_app(settings, blog=HttpTransport(settings.blog_url), clock=SystemClock())


def _layers(app: Any, settings: Settings, store: BoundedStore[RenderedPage], clock: Clock) -> Any:
    files = WhiteNoise(
        app,
        root=settings.dist / "assets",
        prefix="assets/",
        # every name holds a digest
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=lambda headers, _path, _url: headers.add_header("X-Content-Type-Options", "nosniff"),
    )
    secured = by_tls_alone(PageCache(files, store, clock), settings.public_url)
    return ProxyFix(secured, x_for=settings.proxies, x_proto=1, x_host=1) if settings.proxies else secured


def _install_pages(app: Flask, pages: Pages) -> None:
    def view(
        plan: Callable[..., views.Plan], *, paged: bool, sized: bool = False
    ) -> Callable[..., ResponseReturnValue]:
        def answer(**parameters: Any) -> ResponseReturnValue:
            cursor = request.args.get("cursor") if paged else None
            size = {"size": pages.site(forwarded())["posts_per_page"]} if sized else {}
            made = plan(**parameters, **({"cursor": cursor} if paged else {}), **size)
            query = request.query_string.decode("latin-1") if cursor is not None else ""
            return _answer(pages.get(f"{request.environ['PATH_INFO']}?{query}", request.path, made, forwarded()))

        return answer

    def search() -> ResponseReturnValue:
        plan = views.search(request.args.get("q", "").strip()[:MOST_QUESTION], request.args.get("cursor"))
        return _answer(pages.get("/search", request.path, plan, forwarded()))

    def opensearch() -> ResponseReturnValue:
        return pages.opensearch(forwarded()), {"Content-Type": "application/opensearchdescription+xml"}

    def shell(**_parameters: str) -> ResponseReturnValue:
        return pages.shell(request.path, forwarded())

    app.add_url_rule("/", "home", view(views.home, paged=True, sized=True))
    app.add_url_rule("/posts/<slug>", "post", view(views.post, paged=False))
    app.add_url_rule("/pages/<slug>", "page", view(views.post, paged=False))
    app.add_url_rule("/tags/<slug>", "tag", view(views.tag, paged=True, sized=True))
    app.add_url_rule("/authors/<username>", "author", view(views.author, paged=True, sized=True))
    app.add_url_rule("/series/<slug>", "series", view(views.series, paged=False))
    app.add_url_rule("/archive", "archive", view(archive.whole, paged=False))
    app.add_url_rule(f"/archive/{YEAR}", "year", view(archive.period, paged=True))
    app.add_url_rule(f"/archive/{YEAR}/{MONTH}", "month", view(archive.period, paged=True))
    app.add_url_rule("/search", "search", search)
    app.add_url_rule("/preview/<token>", "preview", lambda token: pages.preview(views.preview(token), forwarded()))
    app.add_url_rule("/opensearch.xml", "opensearch", opensearch)
    for path in (*SHELLS, "/studio/<path:rest>"):
        app.add_url_rule(path, path, shell)

    app.register_error_handler(NOT_FOUND, lambda _error: _answer(_old_address(app, pages)))
    app.register_error_handler(BROKEN, lambda _error: pages.failure("server", BROKEN, request.path, forwarded()))


def _old_address(app: Flask, pages: Pages) -> RenderedPage | Moved:
    path = request.path
    # Redirects are kept without a slash at the end; old links have one as often as not.
    bare = path.rstrip("/")
    try:
        moved = pages.moved_to(bare, forwarded()) if bare else None
    except BlogAway:
        return pages.failure("offline", AWAY, path, forwarded())
    except ReaderLimited:
        return pages.failure("busy", LIMITED, path, forwarded())
    if moved is None and bare != path and app.url_map.bind("").test(bare):
        return Moved(bare)
    return moved or pages.failure("not_found", NOT_FOUND, path, forwarded())


def forwarded() -> Mapping[str, str]:
    """Return the headers that name the reader and the request to the Blog Service."""
    passed_on = {name: request.headers.get(name, "") for name in ("X-Request-ID", "traceparent")}
    headers = {"X-Forwarded-For": request.remote_addr or "", **passed_on}
    return {name: value for name, value in headers.items() if value}


def _answer(page: RenderedPage | Moved) -> ResponseReturnValue:
    return redirect(page.to, 301 if page.permanent else 302) if isinstance(page, Moved) else page
