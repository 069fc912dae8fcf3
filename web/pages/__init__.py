"""Which pages are there? One router per noun."""

from web.pages import (
    about,
    capacity,
    chains,
    comparing,
    home,
    keeping,
    method,
    needs,
    park_list,
    parks,
    partners,
    ranking,
    session,
    two_places,
    whys,
    tokens,
)

ROUTERS = (
    home.router,
    park_list.router,
    parks.router,
    session.router,
    about.router,
    method.router,
    tokens.router,
    needs.router,
    ranking.router,
    two_places.router,
    whys.router,
    keeping.router,
    comparing.router,
    capacity.router,
    chains.router,
    partners.router,
)
