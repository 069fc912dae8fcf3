"""Does a page hold only elements, attributes and addresses of ours, whatever is written in it?"""

import re
from html.parser import HTMLParser
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
SOURCES = "\n".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")) + "\n"
PYTHON = "\n".join(path.read_text("utf-8") for path in (TEMPLATES.parent).rglob("*.py"))
ELEMENTS = frozenset(word.lower() for word in re.findall(r"<([a-zA-Z][\w:-]*)", SOURCES)) | {"html", "meta"}
_GIVEN = re.findall(r"[\s\"'}]([a-zA-Z][\w:-]*)(?==)", SOURCES + PYTHON) + re.findall(r'"([a-z-]+)":', SOURCES)
NAMES = frozenset(word.lower() for word in _GIVEN)
PLAIN = frozenset(
    (
        "required",
        "selected",
        "checked",
        "disabled",
        "open",
        "defer",
        "hidden",
        "multiple",
        "readonly",
        "formnovalidate",
        "novalidate",
        "download",
    )
)
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "data")
FORBIDDEN = frozenset(("iframe", "object", "embed", "style", "base", "img", "video", "audio", "marquee", "math"))
MARK = "pbx"


def _is_ours(name: str) -> bool:
    return name in NAMES | PLAIN or bool(re.fullmatch(r"data-(?!hx-)[a-z-]+", name))


class Read(HTMLParser):
    """One page: what in it is not ours, and how often the hostile words stand in it as words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.seen, self._script = 0, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in ELEMENTS or tag in FORBIDDEN or MARK in tag:
            self.wrong.append(f"<{tag}>")
        for name, value in given.items():
            self.seen += MARK in value
            if name.startswith("on") or name == "style" or MARK in name or not _is_ours(name):
                self.wrong.append(f"<{tag} {name}>")
            if name in ADDRESSES and not re.match(r"[/?#]|https?://|mailto:|tel:|$", value.strip()):
                self.wrong.append(f"<{tag} {name}={value[:40]!r}>")
        if tag == "script":
            self._script = given.get("type", "") or "code"
            if self._script == "code" and not given.get("src", "").startswith("/static/"):
                self.wrong.append("<script> of the page")
        if (
            any(name.startswith(("hx-", "data-hx-")) and name != "hx-nonce" for name in given)
            and "hx-nonce" not in given
        ):
            self.wrong.append(f"<{tag}> with htmx and without its nonce")

    def handle_endtag(self, tag: str) -> None:
        self._script = "" if tag == "script" else self._script

    def handle_data(self, data: str) -> None:
        self.seen += MARK in data
        if self._script == "code" and data.strip():
            self.wrong.append("script in the page")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.wrong.append("comment")
