"""Which parts has the JSON API? The rules of the pages, as data."""

from web.api import chains, description, needs, parks, ranking

ROUTERS = (parks.router, chains.router, needs.router, ranking.router, description.router)
