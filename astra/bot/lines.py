"""The connections that the copies of one process share: one pool of sockets to the core, one to Discord."""

import aiohttp

CORE_SOCKETS = 64
DISCORD_SOCKETS = 128


class SharedConnector(aiohttp.TCPConnector):
    """Many clients use it and each closes what it uses at its end: only ``shut`` really closes."""

    async def close(self, *, abort_ssl: bool = False) -> None:
        """Does nothing: somebody else still uses it."""

    async def shut(self) -> None:
        """Closes, at the end of the process."""
        await super().close()


class Lines:
    """Sessions to the core and to Discord, and the connector that discord.py is given.

    ``proxy_url`` is the way out, where it is the only one.
    """

    core: aiohttp.ClientSession
    discord: aiohttp.ClientSession
    library: SharedConnector

    def __init__(self, proxy_url: str = "") -> None:
        self.proxy_url = proxy_url

    async def __aenter__(self) -> "Lines":
        self.core = self._session(CORE_SOCKETS)
        self.discord = self._session(DISCORD_SOCKETS)
        self.library = SharedConnector(limit=0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.core.close()
        await self.discord.close()
        await self.library.shut()

    def _session(self, sockets: int) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=sockets),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            proxy=self.proxy_url or None,
        )
