"""Which parts has the JSON API? The rules of the pages, as data."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
