"""How does a file leave the site, so that no browser opens it as a page of ours?"""

from urllib.parse import quote

from starlette.responses import Response

from marketplace.uploads import shown_name

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. ")


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to be kept, never shown in the browser; its name in both forms of RFC 6266."""
    stem, dot, ending = name.rpartition(".")
    shown = shown_name(name, f".{ending}" if dot and stem else "")
    plain = "".join(sign if sign in PLAIN else "_" for sign in shown)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
    headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
