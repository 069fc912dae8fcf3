"""What is answered when a request comes that was done before? (record 0072)"""

from collections.abc import MutableMapping
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message

from marketplace.once import Done

REPEATED = {"Idempotency-Replayed": "true"}
_OWN = (
    "type",
    "asgi",
    "http_version",
    "scheme",
    "server",
    "client",
    "app",
    "root_path",
    "fastapi_middleware_astack",
    "starlette.exception_handlers",
)


async def answer_again(request: Request, done: Done) -> Response:
    """The same answer once more. What it held is read anew, by whoever asks now and as far as they may see it."""
    headers = REPEATED | ({"Location": done.location} if done.location else {})
    if done.status == 204:
        return Response(status_code=204, headers=headers, media_type="application/json")
    if done.content:
        status, body, told = await _read_again(request.app.router, request.scope, done.content)
        if status == 200:
            return Response(body, done.status, {**headers, **told}, media_type="application/json")
    return JSONResponse({"done": True}, done.status, headers)


async def _read_again(app: ASGIApp, scope: MutableMapping[str, Any], path: str) -> tuple[int, bytes, dict[str, str]]:
    """What a GET of one of our addresses answers to the same asker."""
    headers = [(name, value) for name, value in scope["headers"] if name not in (b"content-type", b"content-length")]
    own = {name: scope[name] for name in _OWN if name in scope}
    state = {name: value for name, value in scope["state"].items() if name != "answer"}
    asked = {**own, "state": state, "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app({**asked, "headers": headers}, receive, send)
    body = b"".join(message.get("body", b"") for message in messages)
    told = {name.decode(): value.decode() for name, value in messages[0]["headers"] if name == b"etag"}
    return messages[0]["status"], body, told
