"""Which browser is this, in two words? More of it is not kept."""

import re

# the first that is named in the line; each imitates those further down
_BROWSERS = (
    ("Edge", r"Edg[A-Za-z]*/(\d+)"),
    ("QQ", r"QQBrowser/(\d+)"),
    ("360", r"360(?:SE|EE)|QIHU"),
    ("WeChat", r"MicroMessenger/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"Firefox/(\d+)"),
    ("Chrome", r"Chrom(?:e|ium)/(\d+)"),
    ("Safari", r"Version/(\d+)[^ ]* .*Safari"),
)
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "OpenHarmony|HarmonyOS"))
_DESKS = (("Windows", "Windows"), ("macOS", "Macintosh"), ("Linux", "Linux"))


def short(agent: str) -> str:
    """`Chrome 120 · Windows`; empty where nothing is recognised."""
    line = agent[:400]
    words = [_browser(line), next((name for name, sign in (*_SYSTEMS, *_DESKS) if re.search(sign, line)), "")]
    return " · ".join(word for word in words if word)


def _browser(line: str) -> str:
    for name, sign in _BROWSERS:
        if found := re.search(sign, line):
            return " ".join((name, *(group for group in found.groups() if group)))
    return ""
