"""What may be called, and in which form? The OpenAPI document of /api/v1 alone."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from starlette.responses import JSONResponse, Response

from web.bearer import scope_of
from web.dependencies import signed_in

router = APIRouter(prefix="/api/v1")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "pb_…",
        "description": "A token made under /account/tokens; it asks for its person and reaches what its scopes say.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "The cookie of who is signed in."},
}
ANSWERS = {
    "400": "The body cannot be read",
    "401": "A token that is wrong or over; where somebody must be signed in, also none",
    "403": "The token does not reach this far, or a form of another site",
    "404": "Not there, or not yours: the two are never told apart",
    "409": "The world moved: read it again before you retry",
    "413": "Too large",
    "422": "Each entry of errors names a field and what to do",
    "429": "Too many requests: Retry-After says the seconds",
}


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """OpenAPI 3.1; made once. Faults are RFC 9457 problem details."""
    app = request.app
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
    return JSONResponse(app.openapi_schema)


def _described(app: Any) -> dict[str, Any]:
    made: dict[str, Any] = get_openapi(title=app.title, version=app.version, routes=app.routes)
    made["paths"] = {path: verbs for path, verbs in made["paths"].items() if path.startswith("/api/v1/")}
    components = made.setdefault("components", {})
    components["securitySchemes"] = SCHEMES
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    closed = _signed_in_alone(app)
    for path, verbs in made["paths"].items():
        for verb, operation in verbs.items():
            scopes = [str(scope_of(verb.upper(), operation["tags"]))]
            operation["security"] = [{"token": scopes}, {"session": []}]
            if (path, verb) not in closed:
                operation["security"].append({})  # may be asked by anybody
            operation["responses"] |= {code: _answer(words) for code, words in ANSWERS.items()}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    return made


def _answer(words: str) -> dict[str, Any]:
    problem = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": problem}}}


def _signed_in_alone(app: Any) -> set[tuple[str, str]]:
    """The operations that somebody must be signed in for."""
    found = set()
    for context in iter_route_contexts(app.routes):
        needed = getattr(context, "dependant", None)  # a mount has none
        if needed is not None and signed_in in _calls(needed):
            found |= {(str(context.path), method.lower()) for method in context.methods or ()}
    return found


def _calls(dependant: Any) -> list[Any]:
    return [dependant.call, *(call for each in dependant.dependencies for call in _calls(each))]
