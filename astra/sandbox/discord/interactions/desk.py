"""Open interactions: who waits for an answer, which tokens live, which modals can still be sent."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from astra.sandbox.discord.body import Upload
from astra.sandbox.discord.refusal import Json, Refusal, refuse
from astra.sandbox.discord.rows import Application, Attachment, Channel, Interaction, Message
from astra.sandbox.discord.state import TOKEN_LIFE_SECONDS

from .answers import answer
from .courier import ANSWER_SECONDS, Courier, Undelivered
from .payload import owners, payload

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World

KEPT = 10_000
KEPT_UPLOADS = 500


class Desk:
    """Interactions of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.courier = Courier()
        self._errands: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self.modals: dict[str, Interaction] = {}
        self.uploads: dict[str, Attachment] = {}  # files that people put into modals
        self.reasons: dict[str, str] = {}  # interaction → why it failed, for the developer
        self._by_token = {row.token: row for row in world.state.interactions.values()}

    async def start(self) -> None:
        """Opens what needs a running loop."""
        await self.courier.start()

    async def stop(self) -> None:
        """Closes it; what is on its way is given up."""
        for errand in list(self._errands):
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self.courier.stop()

    def open(
        self,
        application: Application,
        user_id: str,
        channel: Channel,
        kind: int,
        *,
        source: Message | None = None,
        metadata: Json | None = None,
    ) -> Interaction:
        """A new interaction, not yet sent. `metadata` is added to what replies carry."""
        made = self._world.ids.new()
        row = Interaction(
            id=made,
            token="aW50ZXJhY3Rpb24" + secrets.token_urlsafe(96),
            application_id=application.id,
            user_id=user_id,
            type=kind,
            channel_id=channel.id,
            guild_id=channel.guild_id,
            created_unix=self._world.clock.unix(),
            metadata={
                "id": made,
                "type": kind,
                "user_id": user_id,
                "authorizing_integration_owners": owners(channel.guild_id),
                **(metadata or {}),
            },
            source_message_id=source.id if source is not None else None,
        )
        rows = self._world.state.interactions
        rows[row.id] = row
        self._by_token[row.token] = row
        while len(rows) > KEPT:
            old = rows.pop(next(iter(rows)))
            self._by_token.pop(old.token, None)
            self.reasons.pop(old.id, None)
        return row

    async def ask(self, row: Interaction, channel: Channel, data: Json, source: Message | None) -> None:
        """Sends the interaction and returns when it is answered or has failed (three seconds at most)."""
        world = self._world
        application = world.state.applications[row.application_id]
        shown = payload(world, row, channel, data, source)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[row.id] = future
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if application.endpoint_url is not None:
                    self._send(application, row, shown)
                elif not world.hub.of(application.id):
                    self._fail(row, "the bot is not connected and has no interactions endpoint")
                else:
                    world.hub.tell(application.id, "INTERACTION_CREATE", shown, guild_id=row.guild_id)
                await future
        except TimeoutError:
            self._fail(row, "no answer within three seconds")
        finally:
            self._waiting.pop(row.id, None)

    def settle(self, row: Interaction, outcome: str) -> None:
        """The interaction has its answer."""
        row.state, row.outcome = "answered", outcome
        self._wake(row)
        self._world.changed()

    def pending(self, interaction_id: str, token: str) -> Interaction:
        """The interaction that a callback may answer. Raises Refusal 10062 or 40060."""
        row = self._world.state.interactions.get(interaction_id)
        if row is None or not secrets.compare_digest(row.token, token) or row.state == "failed":
            raise refuse(10062)
        if row.state == "answered":
            raise refuse(40060)
        return row

    def alive(self, application_id: str, token: str) -> Interaction:
        """The answered interaction whose token still lives. Raises Refusal 10015 or, after 15 minutes, 50027."""
        row = self._by_token.get(token)
        if row is None or row.application_id != application_id or row.state != "answered":
            raise refuse(10015)
        if self._world.clock.unix() - row.created_unix >= TOKEN_LIFE_SECONDS:
            raise refuse(50027)
        return row

    def by_token(self, token: str) -> Interaction | None:
        """Whose token this is, living or not."""
        return self._by_token.get(token)

    def keep_modal(self, row: Interaction) -> None:
        """Opens the modal of `row` for one submission."""
        row.modal_id = secrets.token_urlsafe(12)
        self.modals[row.modal_id] = row
        while len(self.modals) > KEPT:
            del self.modals[next(iter(self.modals))]

    def keep_upload(self, row: Attachment) -> None:
        """Keeps a file of a modal, whose bytes lie in the store; the oldest go."""
        self.uploads[row.id] = row
        while len(self.uploads) > KEPT_UPLOADS:
            self._world.store.drop(self.uploads.pop(next(iter(self.uploads))).id)

    def _send(self, application: Application, row: Interaction, shown: Json) -> None:
        # Not cancelled when the answer comes by the callback route: the application still works on its HTTP answer.
        errand = asyncio.create_task(self._carry(application, row, shown))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _carry(self, application: Application, row: Interaction, shown: Json) -> None:
        try:
            got = await self.courier.carry(application, shown)
            if got.body is not None:
                uploads: list[Upload] = got.uploads
                if row.state == "pending":
                    checker = self._world.checker
                    callback = None if checker is None else checker.find("POST", f"/interactions/{row.id}/token/callback")
                    if checker is not None and callback is not None:
                        checker.check_body(callback, got.body)
                    answer(self._world, row, got.body, uploads)
        except Undelivered as problem:
            self._fail(row, str(problem))
        except Refusal as refusal:
            self._fail(row, f"{refusal.code} {refusal.message} {refusal.errors or ''}".strip())

    def _fail(self, row: Interaction, reason: str) -> None:
        if row.state == "pending":
            row.state, row.outcome = "failed", "failed"
            self.reasons[row.id] = reason
        self._wake(row)

    def _wake(self, row: Interaction) -> None:
        future = self._waiting.get(row.id)
        if future is not None and not future.done():
            future.set_result(None)
