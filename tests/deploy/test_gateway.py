"""The two gateways: nginx's configuration and its small stand-in have to route alike."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from api.blog.jobs.rules import LARGEST_ARCHIVE
from api.blog.media.endpoints import ENVELOPE
from api.blog.media.kinds import LARGEST
from deploy.services.gateway import service_for

GATEWAY = Path(__file__).parents[2] / "deploy" / "gateway"
LOCATION = re.compile(r"^ {4}location (?:(=|\^~|~\*|~) )?(\S+) \{(.*?)^ {4}\}", re.MULTILINE | re.DOTALL)
UPSTREAM = re.compile(r"proxy_pass http://(\w+);")

BLOG = [
    "/feed.xml", "/atom.xml", "/feed.json", "/tags/rust/feed.xml", "/tags/rust/atom.xml", "/authors/ada/feed.json",
    "/series/engines/atom.xml",
    "/sitemap.xml", "/robots.txt", "/0123abcd-key.txt", "/media/ab12.svg", "/api/blog/v1/posts", "/api/blog/docs",
    "/api/blog/v1/openapi.json", "/api/blog/v1/previews/a-token",
]  # fmt: skip
USERS = ["/api/users/v1/sessions", "/api/users/docs", "/api/users/v1/openapi.json", "/.well-known/jwks.json"]
FRONTEND = [
    "/", "/posts/a-post", "/posts/feed.xml", "/tags/rust", "/tags/rust/feed.xml/more", "/authors/ada", "/setup",
    "/studio/posts", "/docs", "/assets/index.js", "/healthz", "/readyz", "/old/path.html", "/v1/blog/posts",
    "/preview/a-token", "/api/other", "/api/blog", "/metrics-of-a-blog", "/.well-known/other", "/my/sitemap.xml",
]  # fmt: skip
INSIDE = ["/metrics", "/metrics/", "/Metrics", "/metrics/more"]
EXPECTED = [
    *((path, "blog") for path in BLOG),
    *((path, "users") for path in USERS),
    *((path, "frontend") for path in FRONTEND),
    *((path, None) for path in INSIDE),
]


def nginx_location_for(path: str) -> str:
    """Choose a location as nginx does: exact, else the longest prefix if it ends the search, else the first regex."""
    locations = LOCATION.findall((GATEWAY / "site.conf").read_text("utf-8"))
    prefixes = [each for each in locations if each[0] in {"", "^~"} and path.startswith(each[1])]
    longest = max(prefixes, key=lambda each: len(each[1]))
    exact = [each for each in locations if each[0] == "=" and each[1] == path]
    regexes = [each for each in locations if each[0] == "~" and re.search(each[1], path)]
    regexes += [each for each in locations if each[0] == "~*" and re.search(each[1], path, re.IGNORECASE)]
    chosen = [*exact, *([longest] if longest[0] == "^~" else []), *regexes, longest][0]
    return str(chosen[2])


def nginx_service_for(path: str) -> str | None:
    upstream = UPSTREAM.search(nginx_location_for(path))
    return upstream and upstream[1]


@pytest.mark.parametrize(("path", "service"), EXPECTED)
def test_every_public_url_goes_to_the_service_that_answers_it(path, service):
    assert nginx_service_for(path) == service


@pytest.mark.parametrize(("path", "service"), EXPECTED)
def test_the_small_gateway_routes_like_nginx(path, service):
    assert service_for(path) == service


@pytest.mark.parametrize(
    ("path", "largest"),
    [("/api/blog/v1/media", LARGEST + ENVELOPE), ("/api/blog/v1/jobs/imports", LARGEST_ARCHIVE + ENVELOPE)],
)
def test_what_is_as_large_as_the_blog_takes_passes_the_gateway(path, largest):
    [room] = re.findall(r"client_max_body_size (\d+)m;", nginx_location_for(path))
    assert int(room) << 20 >= largest


def test_the_unavailable_page_is_styled_under_the_policy_it_is_sent_with():
    page = (GATEWAY / "unavailable.html").read_text("utf-8")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in (GATEWAY / "site.conf").read_text("utf-8")


def test_request_ids_are_taken_over_by_the_rule_of_the_services():
    services = (GATEWAY.parents[1] / "api" / "shared" / "http.py").read_text("utf-8")
    rule = re.search(r'_REQUEST_ID = re\.compile\(r"(.+)"\)', services)
    assert rule is not None
    assert f'"~^{rule[1]}$"' in (GATEWAY / "nginx.conf").read_text("utf-8")
