"""Start the four services, the gateway and the worker, say where they are, and stop them in order at Ctrl-C."""

import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from deploy import make_secrets
from deploy.services.postgresql import local_databases
from deploy.services.processes import NotReadyError, Process, Service
from deploy.services.settings import (
    FACTORIES,
    LOOPBACK,
    SettingRefusedError,
    Settings,
    environments,
    free_ports,
    refuse_port_in_use,
)

# In the order in which one needs the other; stopped the other way round.
ORDER = ("database", "users", "blog", "frontend", "gateway")


def main() -> str | None:
    """Run until told to stop; return what went wrong, if anything did."""
    try:
        settings = Settings.from_environment()
        refuse_port_in_use(settings.host, settings.port)
    except SettingRefusedError as refusal:
        return str(refusal)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    secrets = settings.data / "secrets"
    settings.data.mkdir(parents=True, exist_ok=True)
    refused = make_secrets.main([str(secrets)])
    if refused:
        return refused
    try:
        with ExitStack() as running:
            databases = running.enter_context(local_databases(settings.data / "postgresql"))
            start(running, settings, secrets, databases)
            print(f"The blog is at {settings.public_url} (Ctrl-C stops it).", flush=True)
            signal.pause()
    except NotReadyError as error:
        return str(error)
    except KeyboardInterrupt:
        return None
    return None


def start(running: ExitStack, settings: Settings, secrets: Path, databases: Mapping[str, str]) -> None:
    """Start each service when the one before it is ready. Raises NotReadyError."""
    ports = {**dict(zip(ORDER[:-1], free_ports(len(ORDER) - 1), strict=True)), "gateway": settings.port}
    told = environments(settings, secrets, ports, databases)
    for name in ORDER:
        host = settings.host if name == "gateway" else LOOPBACK
        service = running.enter_context(Service(name, FACTORIES[name], host, ports[name], told[name]))
        service.wait_until_answering("/readyz")
    running.enter_context(Process("worker", ["flask_blog.cli", "worker"], told["worker"]))


if __name__ == "__main__":
    sys.exit(main())
