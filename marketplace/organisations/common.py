"""Is a password one that everybody tries first?

Source: OWASP ASVS 5.0, 6.2.4 and 6.2.11 (common passwords, words of the place). Not a list to be
matched whole: what guessing programs do to a known word is undone (digits, signs, rows of keys around it).
"""

import re
from collections.abc import Iterable

LEAST_LEFT = 5  # different signs that must be left when everything known is taken out
_WORDS = (
    "parkbridge yuanqiao 园桥 招商局 招商引资 开发区 管委会 产业转移 password passwort passwd mima mimashi "
    "wodemima 密码 administrator admin root superuser system manager operator welcome "
    "huanying letmein login logon signin user guest test testing default changeme change "
    "secret geheim private qwerty azerty woaini aini woaiwo iloveyou ilovechina "
    "woaizhongguo monkey dragon football baseball basketball princess sunshine superman "
    "batman master shadow michael jordan jennifer charlie freedom whatever trustno starwars "
    "computer internet summer winter spring autumn china zhongguo zhonghua beijing shanghai "
    "shenzhen guangzhou hangzhou hefei suzhou nanjing chongqing chengdu wuhan anhui jiangsu "
    "zhejiang guangdong zhaoshang zhaoshangju kaifaqu gaoxinqu guanweihui huawei tencent "
    "alibaba baidu company gongsi qiye jituan office bangong taobao weixin xiaomi lenovo"
).split()
_ROWS = (
    "01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p "
    "1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 qazwsxedcrfvtgbyhnujmikolp 147258369 789456123 159753 !@#$%^&*()_+ "
    "1314520 5201314 520520 888888 666666"
).split()
_RUNS = tuple(row for each in _ROWS for row in (each, each[::-1]))
_LEET = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"})
_YEAR = re.compile("(19|20)[0-9]{2}")


def is_common(password: str, names: Iterable[str] = ()) -> bool:
    """Whether little is left of a password without known words, rows of keys and `names` (the login, the firm)."""
    text = password.casefold()
    known = {*_WORDS, *(name.strip().casefold() for name in names if len(name.strip()) > 2)}
    words = sorted(known, key=len, reverse=True)
    ways = (text, text.translate(_LEET), _without_rows(text).translate(_LEET))
    return min(_left(way, words) for way in ways) < LEAST_LEFT


def _left(text: str, words: Iterable[str]) -> int:
    for word in words:
        text = text.replace(word, "")
    return len(set(_without_rows(_YEAR.sub("", text))))


def _without_rows(text: str) -> str:
    """The text without stretches of three or more keys that lie in a row."""
    for length in range(min(len(text), 26), 2, -1):
        at = 0
        while at + length <= len(text):
            if any(text[at : at + length] in row for row in _RUNS):
                text = text[:at] + text[at + length :]
            else:
                at += 1
    return text
