"""Which pages are there? One router per noun."""

from web.pages import about, home, session

ROUTERS = (home.router, session.router, about.router)
