"""Which parts has the JSON API? The rules of the pages, as data."""

from web.api import chains, description, needs, parks, partners, ranking, whys

ROUTERS = (parks.router, partners.router, chains.router, needs.router, ranking.router, whys.router, description.router)
