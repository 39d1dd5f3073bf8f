"""Where the server listens, and what it takes to come in."""

import hmac
from dataclasses import dataclass
from typing import Final

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where the server listens, and what it takes to come in.

    Attributes:
        token: Needed where not only this machine can knock.
    """

    host: str
    port: int
    token: str | None

    @property
    def is_local(self) -> bool:
        """Whether only programs on this machine can connect."""
        return self.host in LOOPBACK

    @property
    def cookie(self) -> str:
        """Browsers don't tell ports apart, so the cookie's name does."""
        return f"nuchal_{self.port}"

    @property
    def url(self) -> str:
        """What to type into a browser."""
        name = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        name = f"[{name}]" if ":" in name and not name.startswith("[") else name
        return f"http://{name}:{self.port}{self.path}"

    @property
    def path(self) -> str:
        """The part of the address after host and port."""
        return f"/?token={self.token}" if self.token else "/"

    def admits(self, given: str) -> bool:
        """Whether a token is the right one, compared in constant time."""
        if self.token is None:
            return True
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())
