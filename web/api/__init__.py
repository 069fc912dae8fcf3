"""Which parts has the JSON API? The rules of the pages, as data."""

from web.api import description, parks

ROUTERS = (parks.router, description.router)
