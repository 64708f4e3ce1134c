"""What to do about a problem, by its HTTP status, where its own explanation does not say it already."""

from collections.abc import Mapping

UNKNOWN = "Read `detail`, which says what happened this time, and mend the request."
BY_STATUS: Mapping[int, str] = {
    400: "Mend the request before you send it again: `detail` says where it could not be read.",
    401: "Sign in again, or send a token that has neither expired nor been revoked, as `Authorization: Bearer …`.",
    403: "Ask somebody whose role allows it, or make a token with the scope that the operation names.",
    404: "Check the address. If it was right before, it may have been deleted, or been made private.",
    405: "Use one of the methods that the `Allow` header lists.",
    406: "Accept `application/json` and `application/problem+json`, or leave out `Accept`.",
    409: "Read what is there now. Then decide: send it again, or send something that does not collide with it.",
    410: "Stop asking for it, and forget its address.",
    411: "Send the body whole, with its `Content-Length`.",
    412: "Read it again, bring your change and the other one together, and send the result with the new `ETag`.",
    413: "Send less at once; the contract says how much a field, a list and a file may hold.",
    415: "Set `Content-Type` to what the operation documents.",
    416: "Ask for a part that is there: `Content-Range` says how long the whole is.",
    422: "Mend the places that `errors` names. The same request will be refused again.",
    428: "Read it first, and send the `ETag` of that answer as `If-Match`.",
    429: "Wait as many seconds as `Retry-After` says. Keep what you read by its `ETag` instead of asking anew.",
    500: "Try again later. If it stays, tell the operator the `request_id`.",
    503: "Wait as many seconds as `Retry-After` says and send it again, with the same `Idempotency-Key` if it had one.",
}


def for_status(status: int) -> str:
    """Return the advice for a status; code is marked by backticks."""
    return BY_STATUS.get(status, UNKNOWN)
