"""Which parts has the JSON API? The rules of the pages, as data."""

from web.api import (
    chains,
    description,
    exchanges,
    inbox,
    ledger,
    listing,
    needs,
    open_needs,
    parks,
    partners,
    plots,
    projects,
    ranking,
    searches,
    talks,
    whys,
)

ROUTERS = (
    parks.router,
    ledger.router,
    plots.router,
    partners.router,
    chains.router,
    open_needs.router,
    listing.router,
    needs.router,
    exchanges.router,
    talks.router,
    projects.router,
    ranking.router,
    whys.router,
    inbox.router,
    searches.router,
    description.router,
)
