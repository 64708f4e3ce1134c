"""What nginx writes of a request, by its real configuration: never the token of a preview."""

import getpass
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from deploy.services.settings import free_ports
from tests.support.waiting import wait_until

CONFIGURATION = ("nginx.conf", "site.conf", "proxy.conf", "problem.conf")
GATEWAY = Path(__file__).parents[2] / "deploy" / "gateway"
TOKEN = "canary-of-a-preview-9f3c"
NOBODY = "upstream %s { server 127.0.0.1:9; }"


@dataclass
class Gateway:
    """nginx with no service behind it: every request that is passed on fails, and is logged as failed."""

    url: str
    folder: Path

    def get(self, path: str) -> int:
        return urllib3.request("GET", f"{self.url}{path}", retries=False).status

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "access.log").read_text("utf-8").splitlines()]

    def errors(self) -> str:
        return (self.folder / "error.log").read_text("utf-8")


@pytest.fixture
def gateway(tmp_path) -> Iterator[Gateway]:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not installed")
    port, health = free_ports(2)
    places = {
        "/tmp/": f"{tmp_path}/",  # noqa: S108 - the place that the configuration names
        "/usr/share/nginx/html": str(GATEWAY),
        "/dev/stdout": f"{tmp_path}/access.log",
        "/dev/stderr": f"{tmp_path}/error.log",
        "listen 8080": f"listen 127.0.0.1:{port}",
        "127.0.0.1:8081": f"127.0.0.1:{health}",
        **{f"/etc/nginx/{name}": f"{tmp_path}/{name}" for name in CONFIGURATION},
    }
    known = re.compile("|".join(map(re.escape, places)))
    for name in CONFIGURATION:
        text = known.sub(lambda found: places[found[0]], (GATEWAY / name).read_text("utf-8"))
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "upstreams").mkdir()
    services = "\n".join(NOBODY % name for name in ("frontend", "blog", "users"))
    (tmp_path / "upstreams" / "all.conf").write_text(services, "utf-8")
    (tmp_path / "trusted-proxy.conf").write_text('map "" $public_scheme { default $scheme; }', "utf-8")
    # its workers would else be somebody who may not read this folder
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    process = subprocess.Popen([nginx, "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", f"daemon off; {user}"])
    try:
        wait_until((tmp_path / "nginx.pid").exists, seconds=30)
        yield Gateway(f"http://127.0.0.1:{port}", tmp_path)
    finally:
        process.terminate()
        process.wait(30)


def test_the_token_of_a_preview_is_in_no_log_also_when_the_service_behind_is_away(gateway):
    shown = ("/preview/", "/api/blog/v1/previews/")
    asked = [f"{way}{TOKEN}" for way in shown] + [f"/%70review/{TOKEN}?fields=title", f"//preview/{TOKEN}/more"]
    assert {gateway.get(path) for path in asked} == {503}
    assert gateway.get("/posts/a-post") == 503
    wait_until(lambda: len(gateway.lines()) == len(asked) + 1, seconds=30)
    assert gateway.lines()[1]["path"] == f"{shown[1]}…"
    assert [line["status"] for line in gateway.lines()] == [503] * 5
    assert TOKEN not in (gateway.folder / "access.log").read_text("utf-8")
    # the failure of another request is explained as ever, so what is missing is missing for a reason
    assert "/posts/a-post" in gateway.errors()
    assert TOKEN not in gateway.errors()
