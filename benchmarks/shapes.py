"""The shapes that a blog runs in, each filled with posts and started twice: with its response cache, and without."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import servers
from benchmarks.filling import fill, opened
from deploy import make_secrets
from deploy.services.postgresql import local_databases
from deploy.services.processes import Service
from deploy.services.settings import FACTORIES, LOOPBACK, Settings, environments

NO_CACHE = {"BLOG_CACHE_BYTES": "0"}
UNLIMITED = {"BLOG_LIMITS_ANONYMOUS": servers.UNLIMITED}


@dataclass(frozen=True)
class Shape:
    """A running blog: where its API answers from the cache and without one, and where its pages are."""

    name: str
    posts: int
    warm: str
    cold: str
    pages: str


@contextmanager
def all_shapes(folder: Path, posts: int) -> Iterator[list[Shape]]:
    """Run a blog of this many posts in one process on SQLite, in one on PostgreSQL, and as separate services."""
    folder.mkdir()
    with ExitStack() as running:
        databases = running.enter_context(local_databases(folder / "postgresql"))
        urls = {f"DATABASE_{name.upper()}_URL": url for name, url in databases.items()}
        yield [
            running.enter_context(_one_process("one process, SQLite", folder / "sqlite", posts, {})),
            running.enter_context(_one_process("one process, PostgreSQL", folder / "one", posts, urls)),
            running.enter_context(_separate("separate, PostgreSQL", folder / "separate", posts, databases)),
        ]


@contextmanager
def _one_process(name: str, folder: Path, posts: int, databases: Mapping[str, str]) -> Iterator[Shape]:
    blog = opened(folder, **databases)
    fill(blog, posts)
    blog.services.close()
    # SQLite files have one server: the second blog has a copy of them
    uncached = shutil.copytree(folder, folder.with_name(f"{folder.name}-uncached"))
    with (
        servers.blog(folder, **databases) as (warm, _, _),
        servers.blog(uncached, **NO_CACHE, **databases) as (cold, _, _),
    ):
        yield Shape(name, posts, warm, cold, warm)


@contextmanager
def _separate(name: str, folder: Path, posts: int, databases: Mapping[str, str]) -> Iterator[Shape]:
    """Serve databases that are filled already; what a gateway would cost is left out."""
    ports = {each: servers.free_port() for each in ("database", "users", "blog", "uncached", "frontend")}
    url = {each: f"http://{LOOPBACK}:{port}" for each, port in ports.items()}
    secrets = folder / "secrets"
    secrets.mkdir(parents=True)
    make_secrets.main([str(secrets)])
    told = environments(Settings(LOOPBACK, ports["frontend"], folder, url["frontend"]), secrets, ports, databases)
    told["blog"] |= UNLIMITED
    told["uncached"] = told["blog"] | NO_CACHE
    with ExitStack() as running:
        for each in ("database", "users", "blog", "uncached", "frontend"):
            factory = FACTORIES["blog" if each == "uncached" else each]
            service = running.enter_context(Service(each, factory, LOOPBACK, ports[each], told[each]))
            service.wait_until_answering("/readyz")
        yield Shape(name, posts, url["blog"], url["uncached"], url["frontend"])
