"""How is a score made, and how well does it do, failures included?"""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace.matches import REFERENCE, evaluation
from web import figures, method
from web.dependencies import viewer
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])


@router.get("/method")
def show(request: Request) -> Response:
    """Method, modes, the latest figures beside their goals and simpler methods, what is not known."""
    found = evaluation()
    rows = figures.rows(found) if found else []
    return page(request, "method.html", found=found, rows=rows, method=method, figures=figures, version=REFERENCE)
