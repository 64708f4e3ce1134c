"""The monolith: the four services in one process, on SQLite, behind one address."""

import gc
import os
import signal
import sys
from pathlib import Path

import click

from api.shared import logs
from api.shared.clock import SystemClock
from api.shared.transport import WsgiTransport
from flask_blog import serving
from flask_blog.data_folder import DataFolder, Hold, Holder
from flask_blog.dispatcher import Dispatcher
from flask_blog.operator_socket import listening
from flask_blog.services import Services, open_frontend, open_services, refuse_unbuilt, working


def run(path: Path, *, host: str, port: int, public_url: str | None, notice: str = "") -> None:
    """Serve the blog of a data folder until SIGINT or SIGTERM; `notice` is shown at start. Raises Stop."""
    logs.configure(json_lines=not sys.stderr.isatty())
    for name in (signal.SIGINT, signal.SIGTERM):
        # until the server has its own way to stop
        signal.signal(name, lambda *_: sys.exit(0))
    data = DataFolder(path)
    with data.held() as hold:
        address, port = serving.choose_address(host, port)
        local = _url(address, port)
        refuse_unbuilt(data, public_url=public_url or local)
        services = open_services(data, SystemClock(), public_url=public_url or local)
        try:
            app = compose(services, public_url=public_url or local)
            with listening(services.database) as socket, working(services):
                serving.serve(
                    app, host=address, port=port, ready=lambda: _announce(hold, services, local, socket, notice)
                )
        finally:
            services.close()


def compose(services: Services, *, public_url: str) -> Dispatcher:
    """Return the public origin of a blog as one WSGI application. Raises Stop when the SPA is not built."""
    from api.users import app as users  # noqa: PLC0415 - see services.open_services

    frontend = open_frontend(services, public_url=public_url)
    users.context_of(services.users).peers["frontend"] = WsgiTransport(frontend)
    checked = {
        "database": services.database,
        "users": services.users,
        "blog": services.blog,
        "frontend": frontend,
    }
    return Dispatcher(services.blog, services.users, frontend, checked=checked)


def _announce(hold: Hold, services: Services, local: str, socket: Path, notice: str) -> None:
    from api.users.app import setup_link  # noqa: PLC0415 - see services.open_services

    hold.tell(Holder(os.getpid(), local, str(socket)))
    link = setup_link(services.users)
    click.echo(f"Flask Blog is at {local}")
    if link is not None:
        click.echo(f"Make the owner's account with this link, which works once: {link}")
    if notice:
        click.echo(notice.format(url=local))
    click.echo("Ctrl-C stops it.")
    _keep_what_is_there()


def _keep_what_is_there() -> None:
    """Let the garbage collector begin, and never again look at what lives as long as the process."""
    gc.freeze()
    gc.enable()


def _url(address: str, port: int) -> str:
    host = serving.reachable(address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
