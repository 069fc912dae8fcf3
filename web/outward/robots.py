"""How does a robot of 企业微信 or 钉钉 want a message, and at which address alone?

Source: developer.work.weixin.qq.com/document/path/91770 (群机器人配置说明); open.dingtalk.com (自定义机器人接入).
"""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from marketplace.errors import Fault, Refusal
from marketplace.webhooks import Form
from web.i18n import N_
from web.outward.addresses import Target

HOMES: Mapping[Form, tuple[str, str, str]] = {  # host, path, the part of the query that names the robot
    Form.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    Form.DINGTALK: ("oapi.dingtalk.com", "/robot/send", "access_token"),
}


def check(form: Form, target: Target) -> None:
    """A robot has its address at its own maker's, under TLS. Raises Refusal."""
    if form not in HOMES:
        return
    host, path, name = HOMES[form]
    asked, _, query = target.path.partition("?")
    at_home = (target.scheme, target.host, target.port, asked) == ("https", host, 443, path)
    if not at_home or list(parse_qs(query)) != [name]:
        message = N_("The address of such a robot begins with {address}: copy it from the group's settings")
        raise Refusal(Fault("url", message, {"address": f"https://{host}{path}?{name}="}))


def message(words: str, link: str) -> bytes:
    """Both take the same: one text."""
    text = f"【园桥】{words}\n{link}"
    return json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
