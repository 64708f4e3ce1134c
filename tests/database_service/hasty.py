"""A Database Service that says yes before it commits: what the crash test has to catch."""

import io
import queue
import threading
from typing import Any

import orjson

from database_service.app import from_environment

HASTE = 0.05


def hasty() -> Any:
    """Return the application, in front of it somebody who answers commits at once and passes them on later."""
    app = from_environment()
    waiting: queue.Queue[dict[str, Any]] = queue.Queue()

    def work() -> None:
        while True:
            environ = waiting.get()
            threading.Event().wait(HASTE)
            list(app(environ, lambda *_: None))

    threading.Thread(target=work, daemon=True).start()

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].endswith("/commit"):
            return app(environ, start_response)
        body = environ["wsgi.input"].read()
        waiting.put({**environ, "wsgi.input": io.BytesIO(body)})
        results = [{"version": 1} for _ in orjson.loads(body)["operations"]]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [orjson.dumps({"results": results, "head": 0, "replayed": False})]

    return serve
