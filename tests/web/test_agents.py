"""Is a browser told in two words, also those that offices in China use?"""

import pytest

from web.agents import short

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{WINDOWS} {KIT} Chrome/120.0.0.0 Safari/537.36", "Chrome 120 · Windows"),
        (f"{WINDOWS} {KIT} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.1", "Edge 120 · Windows"),
        (f"{WINDOWS} {KIT} Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE", "360 · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) {KIT} Version/17.0 Mobile/1 Safari/604.1",
            "Safari 17 · iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14) {KIT} Chrome/116 Safari/537.36 MicroMessenger/8.0",
            "WeChat 8 · Android",
        ),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_two_words(agent: str, words: str) -> None:
    assert short(agent) == words
