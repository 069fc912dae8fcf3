"""What is inside, for someone who has never been here?"""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from web.dependencies import viewer
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])


@router.get("/")
def home(request: Request) -> Response:
    """One sentence, three doors, the country as tiles, the leading industries."""
    return page(request, "home.html")
