"""Which pages are there? One router per noun."""

from web.pages import about, home, park_list, parks, session

ROUTERS = (home.router, park_list.router, parks.router, session.router, about.router)
