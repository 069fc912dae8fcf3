"""Which parts has the JSON API? The rules of the pages, as data."""

from web.api import description, needs, parks, ranking

ROUTERS = (parks.router, needs.router, ranking.router, description.router)
