"""What may be set from outside, and what holds when nothing is set?"""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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

    @property
    def session_cookie(self) -> str:
        """The name of the sign-in cookie; the `__Host-` prefix is only accepted by browsers under TLS."""
        return "__Host-session" if self.tls else "session"
