"""What may be called, and in which form? The OpenAPI document of /api/v1 alone."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

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
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    answer = {
        "description": "Problem details",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for verbs in made["paths"].values():
        for operation in verbs.values():
            operation["responses"] |= {"422": answer, "404": answer}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    return made
