"""What may be set from outside, and what holds when nothing is set?"""

from enum import StrEnum
from typing import Literal, Self

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from marketplace.organisations import ASVS, MLPS, PasswordRules
from web.outward.addresses import Allowed
from web.proxies import networks


class TwoFactorsFor(StrEnum):
    """Who must show a second factor: nobody, who sees what is confidential, everybody."""

    OFF = "off"
    CONFIDENTIAL = "confidential"
    ALL = "all"


class Settings(BaseSettings):
    """Read from the environment as PARKBRIDGE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="PARKBRIDGE_", extra="ignore")

    db: str = "sqlite:///parkbridge.db"
    demo: bool = False
    tls: bool = False
    threads: int = 12
    max_body_bytes: int = 2_000_000
    max_upload_bytes: int = 20_000_000
    # 0 is no limit: requests of one address and rankings of one asker in one process; changes of one person in all
    requests_per_minute: int = 6_000
    costly_per_minute: int = 600
    writes_per_minute: int = 600
    metrics_token: SecretStr = SecretStr("")  # of who reads /metrics from another machine
    profile: Literal["", "mlps"] = ""  # mlps: 等保 2.0 三级, GB/T 22239-2019 8.1.4.1
    two_factors: TwoFactorsFor | None = None  # unless set: off in the demonstration, else confidential
    secret: SecretStr = SecretStr("")  # seals second factors; keep it outside the database and its backups
    trusted_proxies: str = ""  # addresses or networks whose X-Forwarded-For is believed
    public_url: str = ""  # what links in letters begin with: https://park.example
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    smtp_starttls: bool = True
    webhook_networks: str = ""  # networks of one's own that messages may go to besides the public internet
    webhook_ports: str = "443,80"
    sms_url: SecretStr = SecretStr("")  # of a gateway for short messages; none: there are no short messages
    sms_body: str = '{"phone": "{phone}", "text": "{text}"}'  # JSON that is posted there
    sms_authorization: SecretStr = SecretStr("")  # the header Authorization of it, if it wants one

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, words: str) -> str:
        networks(words)
        return words

    @model_validator(mode="after")
    def _are_ways(self) -> Self:
        Allowed.read(self.webhook_networks, self.webhook_ports)
        return self

    @model_validator(mode="after")
    def _fits_the_profile(self) -> Self:
        if self.profile == "mlps" and self.two_factors == TwoFactorsFor.OFF:
            raise ValueError("the mlps profile asks for two factors: leave PARKBRIDGE_TWO_FACTORS away")
        if self.profile == "mlps" and not self.secret.get_secret_value():
            raise ValueError("the mlps profile keeps second factors sealed: set PARKBRIDGE_SECRET")
        return self

    @property
    def two_factors_for(self) -> TwoFactorsFor:
        """Who must show a second factor."""
        if self.two_factors is not None:
            return self.two_factors
        return TwoFactorsFor.OFF if self.demo and not self.profile else TwoFactorsFor.CONFIDENTIAL

    @property
    def password_rules(self) -> PasswordRules:
        """What is asked of a password."""
        return MLPS if self.profile == "mlps" else ASVS

    @property
    def allowed(self) -> Allowed:
        """Where messages to other servers may go."""
        return Allowed.read(self.webhook_networks, self.webhook_ports)

    @property
    def has_mail(self) -> bool:
        """Whether letters with links can be sent."""
        return bool(self.smtp_host and self.smtp_from and self.public_url)

    @property
    def pending_cookie(self) -> str:
        """The name of the cookie between the password and the second factor."""
        return "__Host-pending" if self.tls else "pending"

    @property
    def session_cookie(self) -> str:
        """The name of the sign-in cookie; the `__Host-` prefix is only accepted by browsers under TLS."""
        return "__Host-session" if self.tls else "session"
