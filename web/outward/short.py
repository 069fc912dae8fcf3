"""How does a short message reach the gateway that the settings name?"""

import json
from collections.abc import Mapping

from web.settings import Settings

WORDS_MOST = 60  # signs: one short message, with the name of the site before it


def has_gateway(settings: Settings) -> bool:
    """Whether short messages can be sent at all."""
    return bool(settings.sms_url.get_secret_value())


def message(settings: Settings, telephone: str, words: str) -> bytes:
    """The JSON of the settings with both put in as texts are written in JSON; no link, which gateways hold back."""
    said = {"phone": telephone, "text": f"【园桥】{words[:WORDS_MOST]}，请登录查看"}
    body = settings.sms_body
    for name, value in said.items():
        body = body.replace(f"{{{name}}}", json.dumps(value, ensure_ascii=False)[1:-1])
    return body.encode()


def headers(settings: Settings) -> Mapping[str, str]:
    """What the gateway knows us by."""
    token = settings.sms_authorization.get_secret_value()
    return {"Authorization": token} if token else {}
