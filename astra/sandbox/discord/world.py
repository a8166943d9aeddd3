"""One whole Discord: rows, clock, sessions, news. Everything else works on this object."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path

from aiohttp import web

from astra.sandbox import state_file
from astra.sandbox.state_file import StateFile

from .clock import Clock
from .faults import Faults
from .feed import Feed
from .gateway.hub import Hub
from .ids import Snowflakes
from .interactions.desk import Desk
from .journal import Journal
from .limits import Limits, Strangers
from .news import News
from .oauth import Oauth
from .people import People
from .permissions import in_channel, in_guild, in_thread
from .refusal import Json, refuse
from .rows import DIRECT, Application, Channel, Guild, User
from .spec.description import Operation
from .spec.locate import find_checker
from .state import State
from .store import Store

DAY_SECONDS = 86_400
MOST_VIOLATIONS = 500


class World:
    """Holds the parts together and answers the questions that all of them ask."""

    def __init__(self, *, base_url: str = "", path: Path | None = None, spec: str = "", quick: bool = False) -> None:
        self.quick = quick  # without Discord's pauses: those between sessions, and the limits of its routes
        self.checker = find_checker(spec)
        self.violations: deque[Json] = deque(maxlen=MOST_VIOLATIONS)
        stored = state_file.read(path) if path is not None else None
        self.state = State() if stored is None else State.from_json(stored)
        self.base_url = base_url
        self.clock = Clock(self.state.clock_offset_seconds)
        self.ids = Snowflakes(self.clock, self.state.last_id)
        self.store = Store(path.with_name(path.name + ".attachments") if path is not None else None)
        self.file = StateFile(path, lambda: self.state.as_text(self.clock.unix(), self.ids.last))
        self.faults = Faults(self._name_of)
        self.hub = Hub(quick=quick, faults=self.faults)
        self.feed = Feed()
        self.journal = Journal()
        self.limits = Limits(quick=quick)
        self.strangers = Strangers()
        self.news = News(self)
        self.people = People(self)
        self.oauth = Oauth(self)
        self.desk = Desk(self)
        found = [row for row in self.state.channels.values() if row.type == DIRECT]
        self.direct = {(row.recipients[0], row.recipients[1]): row for row in found}
        self.tokens = {a.token: a.id for a in self.state.applications.values() if a.token is not None}

    @property
    def gateway_url(self) -> str:
        """Where bots connect."""
        return self.base_url.replace("http", "ws", 1) + "/gateway"

    async def start(self) -> None:
        """Begins to write the file."""
        self.file.start()
        await self.desk.start()

    async def stop(self) -> None:
        """Writes the file a last time."""
        await self.desk.stop()
        await self.file.stop()

    def hang_up(self) -> None:
        """Ends sockets and long polls, before the server waits for its requests."""
        self.feed.close()
        self.hub.close()

    def changed(self) -> None:
        """To be called after every change of rows: they are stored soon."""
        self.file.changed()

    def judge(self, operation: Operation, response: web.Response) -> None:
        """Notes an answer of this Discord that does not fit the description: a mistake here, never the bot's."""
        if self.checker is None:
            return
        body = json.loads(response.body) if isinstance(response.body, bytes) and response.body else None
        problems = self.checker.wrong_answer(operation, response.status, body)
        if response.status < 300 and not problems:
            self.checker.answered.add(operation.id)
        if problems:
            self.mistaken(operation, response.status, problems)

    def mistaken(self, operation: Operation | None, status: int, problems: list[str]) -> None:
        """Notes a mistake of the sandbox; its own tests fail of it."""
        name = "" if operation is None else operation.id
        self.violations.append({"at": self.clock.text(), "operation": name, "status": status, "problems": problems})

    def set_clock(self, offset_seconds: float) -> None:
        """Moves this Discord's time; real time stays for sockets and the three seconds."""
        self.state.clock_offset_seconds = self.clock.offset_seconds = offset_seconds
        self.changed()

    def _name_of(self, application_id: str) -> str:
        row = self.state.applications.get(application_id)
        return application_id if row is None else row.name

    def application_of(self, token: str) -> Application | None:
        """The application whose living token this is."""
        name = self.tokens.get(token)
        return None if name is None else self.state.applications[name]

    def identifies_left(self, application: Application) -> int:
        """How many sessions the bot may still start today."""
        since = self.clock.unix() - DAY_SECONDS
        application.identifies = [at for at in application.identifies if at > since]
        return self.hub.knobs.sessions_a_day - len(application.identifies)

    def presence(self, application_id: str) -> Json:
        """Whether the bot is connected, and what it says it does."""
        online = [session for session in self.hub.of(application_id) if session.online]
        if not online:
            return {"online": False, "status": "offline", "activities": []}
        latest = online[-1].presence
        return {"online": True, "status": latest["status"], "activities": latest["activities"]}

    def user(self, user_id: str) -> User:
        """Raises Refusal 10013."""
        row = self.state.users.get(user_id)
        if row is None:
            raise refuse(10013)
        return row

    def guild(self, guild_id: str) -> Guild:
        """Raises Refusal 10004."""
        row = self.state.guilds.get(guild_id)
        if row is None:
            raise refuse(10004)
        return row

    def channel(self, channel_id: str) -> Channel:
        """Raises Refusal 10003."""
        row = self.state.channels.get(channel_id)
        if row is None:
            raise refuse(10003)
        return row

    def application(self, application_id: str) -> Application:
        """Raises Refusal 10002."""
        row = self.state.applications.get(application_id)
        if row is None:
            raise refuse(10002)
        return row

    def guild_of(self, channel: Channel) -> Guild | None:
        """The guild of a channel; None for a direct one."""
        return None if channel.guild_id is None else self.state.guilds.get(channel.guild_id)

    def bits(self, user_id: str, channel: Channel) -> int:
        """What `user_id` may in `channel`, a thread or not; 0 where he does not see it."""
        guild = self.guild_of(channel)
        if channel.is_thread and guild is not None:
            parent = self.state.channels.get(channel.parent_id or "")
            return 0 if parent is None else in_thread(guild, parent, channel, user_id)
        return in_channel(guild, channel, user_id)

    def may(self, user_id: str, channel: Channel, bits: int) -> bool:
        """Whether `user_id` has all of `bits` in `channel`."""
        return self.bits(user_id, channel) & bits == bits

    def guild_for(self, user_id: str, guild_id: str, bits: int = 0) -> Guild:
        """The guild, for a member with `bits`. Raises Refusal 10004 (not there, or not a member) or 50013."""
        guild = self.guild(guild_id)
        if user_id not in guild.members:
            raise refuse(10004)
        if in_guild(guild, user_id) & bits != bits:
            raise refuse(50013)
        return guild

    def channel_for(self, user_id: str, channel_id: str, bits: int = 0) -> Channel:
        """The channel, for somebody who sees it and has `bits`. Raises Refusal 10003, 50001 or 50013."""
        channel = self.channel(channel_id)
        have = self.bits(user_id, channel)
        if not have:
            raise refuse(50001)
        if have & bits != bits:
            raise refuse(50013)
        return channel


WORLD: web.AppKey[World] = web.AppKey("discord_world", World)
