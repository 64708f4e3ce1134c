"""Files, headers, the developers' pages, and what a service owes its operators."""

import json
import re
import shutil

import pytest

from spa.server.build import Build, NotBuilt
from spa.server.settings import DIST
from tests.spa.conftest import PUBLIC_URL, open_frontend

PAGES = ["/", "/posts/nothing", "/sign-in", "/docs", "/docs/errors", "/docs/errors/not_found", "/nothing"]


def test_a_folder_without_a_build_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(NotBuilt, match="make build"):
        Build.load(tmp_path)
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text("{}")
    with pytest.raises(NotBuilt, match="make build"):
        Build.load(tmp_path)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_strict_about_what_it_may_load(frontend, path):
    headers = frontend.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_files_and_refusals_demand_tls_of_browsers_for_a_year(frontend, built):
    for path in ("/", "/sign-in", "/nowhere", built.script, "/healthz"):
        assert frontend.get(path).headers["Strict-Transport-Security"] == "max-age=31536000", path
    # the second time from the cache of pages
    assert frontend.get("/").headers.getlist("Strict-Transport-Security") == ["max-age=31536000"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_another_host_and_every_file_it_names_is_there(frontend, path):
    html = frontend.get(path).text
    files = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', html))
    assert files
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!blog\.example\.org)', html)
    for file in files:
        assert frontend.get(file).status_code == 200, file


def test_the_accent_of_the_site_is_set_by_a_style_that_the_policy_names(frontend, blog):
    blog.writer.change_site(accent="#336699")
    frontend.wait(seconds=5)
    answer = open_frontend(blog).get("/")
    assert ":root{--accent-setting:#336699}" in answer.text
    assert "style-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]


def test_a_built_file_is_kept_for_ever_and_packed(frontend, built):
    plain = frontend.get(built.script)
    packed = frontend.get(built.script, **{"Accept-Encoding": "br"})
    assert plain.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert plain.headers["X-Content-Type-Options"] == "nosniff"
    assert packed.headers["Content-Encoding"] == "br"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])


@pytest.mark.parametrize("path", ["/assets/../.vite/manifest.json", "/assets/nothing.js", "/problems.json"])
def test_what_is_no_file_of_the_pages_is_not_served(frontend, path):
    assert frontend.get(path).status_code == 404


def test_the_way_in_for_developers_leads_to_both_contracts(frontend):
    html = frontend.get("/docs").text
    for address in ("/api/blog/docs", "/api/users/docs", "/api/blog/v1/openapi.json", "/docs/errors", "/feed.xml"):
        assert f'href="{address}"' in html
    assert f"curl -sS --fail '{PUBLIC_URL}/api/blog/v1/posts?limit=5'" in html.replace("&#39;", "'")


def test_every_problem_code_of_the_contracts_has_its_page(frontend):
    for service in ("blog", "users"):
        kinds = json.loads((DIST.parents[1] / "openapi" / f"{service}.json").read_text())["x-problem-kinds"]
        assert kinds
        for code, kind in kinds.items():
            page = frontend.get(f"/docs/errors/{code}")
            assert page.status_code == 200, code
            assert kind["title"] in page.text.replace("&#39;", "'")


def test_the_developers_pages_are_there_while_the_blog_is_away(frontend):
    frontend.line.cut = True
    assert frontend.get("/docs").status_code == 200
    assert frontend.get("/sign-in").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_are_only_read(frontend, method):
    answer = frontend.app.test_client().open("/", method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_the_service_is_alive_without_the_blog_and_ready_while_its_files_are_there(blog, tmp_path):
    dist = tmp_path / "dist"
    shutil.copytree(DIST, dist)
    frontend = open_frontend(blog, dist)
    frontend.line.cut = True
    assert frontend.get("/healthz").status_code == 200
    assert frontend.get("/readyz").status_code == 200
    shutil.rmtree(dist)
    assert frontend.get("/readyz").status_code == 503
