"""A client of a running blog that checks every exchange with the public APIs against the committed specs."""

from io import BytesIO
from typing import Any

import urllib3
from werkzeug.datastructures import Headers
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from tests.support import contract

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


class Origin(Client):
    """Like Flask's test client, over the network: keeps cookies, asks one origin."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._sent = b""
        self._pool = urllib3.PoolManager(timeout=30, retries=False)
        super().__init__(self._over_http, TestResponse, use_cookies=True)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, base_url=self.url, **kwargs)
        for service in ("blog", "users"):
            contract.check(contract.spec(service), response, self._sent)
        return response

    def _over_http(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self._sent = request.get_data()
        environ["wsgi.input"] = BytesIO(self._sent)
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        answer = self._pool.request(
            request.method,
            f"{self.url}{environ['REQUEST_URI'].partition('?')[0]}{query}",
            body=self._sent or None,
            # A connection of its own for each request: a kept one may be closed by a gateway that reloads, just when
            # it is used again. Browsers then repeat the request; here nothing is repeated unseen.
            headers={**request.headers, "Connection": "close"},
            redirect=False,
        )
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
        # urllib3 has unpacked the body already
        headers = Headers([(name, value) for name, value in kept if name.lower() != "content-encoding"])
        return Response(answer.data, answer.status, headers)(environ, start_response)
