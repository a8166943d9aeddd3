"""The unmodified discord.py, with its two addresses set, lives on this Discord."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
import pytest_asyncio
import yarl

from .town import Town, button, row, seen


class Bot(discord.Client):
    """Notes what it hears and answers presses."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=discord.Intents.default(), **options)
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.answer: Callable[[discord.Interaction], Awaitable[Any]] | None = None

    async def on_ready(self) -> None:
        self.heard.put_nowait(("ready", None))

    async def on_resumed(self) -> None:
        self.heard.put_nowait(("resumed", None))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.heard.put_nowait(("guild_join", guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.heard.put_nowait(("guild_remove", guild))

    async def on_guild_channel_create(self, channel: Any) -> None:
        self.heard.put_nowait(("channel", channel))

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.put_nowait(("message", message))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if self.answer is not None:
            await self.answer(interaction)
        self.heard.put_nowait(("interaction", interaction))

    async def hear(self, kind: str) -> Any:
        """The next event, which must be of `kind`. Raises TimeoutError after five seconds."""
        async with asyncio.timeout(5):
            got, what = await self.heard.get()
        assert got == kind
        return what


@pytest_asyncio.fixture
async def bot(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """discord.py, connected."""
    monkeypatch.setattr(discord.http.Route, "BASE", town.world.base_url + "/api/v10")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(town.world.gateway_url))
    it = Bot(activity=discord.CustomActivity("vendendo"))
    it._connection.guild_ready_timeout = 0.05
    task = asyncio.create_task(it.start(town.token))
    await it.hear("ready")
    yield it
    await it.close()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_logs_in_and_knows_the_guild(town: Town, bot: Bot) -> None:
    assert bot.user is not None
    assert str(bot.user.id) == town.bot
    (guild,) = bot.guilds
    assert (guild.name, [channel.name for channel in guild.text_channels]) == ("Lampião", ["geral"])
    assert guild.me.guild_permissions.send_messages
    _, presence = await town.send("GET", f"/_sandbox/applications/{town.bot}/presence")
    assert presence["online"] is True
    assert presence["activities"][0]["state"] == "vendendo"
    await bot.change_presence(status=discord.Status.idle)
    await seen(lambda: town.world.presence(town.bot)["status"] == "idle")


async def test_it_answers_a_press_and_edits_what_it_said(town: Town, bot: Bot) -> None:
    channel: Any = bot.get_channel(int(town.channel))
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Comprar", custom_id="buy"))
    sent = await channel.send("Sertão 2084", view=view, nonce="abc")

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Pague por PIX", ephemeral=True)
        await interaction.edit_original_response(content="Pago")
        await interaction.followup.send("Aqui está", ephemeral=True)

    bot.answer = answer
    got = await town.press({"channel_id": town.channel, "id": str(sent.id)}, "buy")
    assert got["outcome"] == "message"
    interaction = await bot.hear("interaction")
    assert str(interaction.user.id) == town.buyer
    assert [m["content"] for m in await town.look()] == ["Sertão 2084", "Pago", "Aqui está"]
    lara = town.world.state.guilds[town.guild].owner_id
    assert [m["content"] for m in await town.look(lara)] == ["Sertão 2084"]
    original = await interaction.original_response()
    assert original.interaction_metadata.user.id == int(town.buyer)
    await sent.edit(content="Esgotado", view=None)
    assert (await town.look())[0]["content"] == "Esgotado"


async def test_it_sends_a_layout_with_a_picture(town: Town, bot: Bot) -> None:
    channel: Any = bot.get_channel(int(town.channel))
    view = discord.ui.LayoutView(timeout=None)
    gallery: Any = discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://qr.png"))
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("Pague"), gallery, accent_colour=0x2E6B4F))
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x21\x00\x00\x00\x21"
    sent = await channel.send(view=view, file=discord.File(io.BytesIO(picture), "qr.png"))
    media = sent.components[0].children[1].items[0].media
    assert (media.width, media.height) == (33, 33)
    assert await sent.attachments[0].read() == picture
    (seen,) = await town.look()
    assert seen["components"][0]["components"][1]["items"][0]["media"]["url"].startswith("/attachments/")


async def test_it_resumes_after_a_cut_and_misses_nothing(town: Town, bot: Bot) -> None:
    message = await town.say(content="Oi", components=[row(button("buy"))])
    await town.make("/gateway/drop", application_id=town.bot)

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)

    bot.answer = answer
    got = await town.press(message, "buy")  # pressed while nobody is connected
    assert got["outcome"] == "deferred"
    heard = {(await asyncio.wait_for(bot.heard.get(), 5))[0] for _ in range(2)}
    assert heard == {"interaction", "resumed"}


async def test_it_hears_of_guilds_channels_and_people(town: Town, bot: Bot) -> None:
    await town.make(f"/guilds/{town.guild}/channels", name="vitrine")
    assert (await bot.hear("channel")).name == "vitrine"
    other = await town.make("/guilds", name="Outra", owner_id=town.buyer)
    await town.make(f"/guilds/{other['id']}/bots", application_id=town.bot)
    assert (await bot.hear("guild_join")).name == "Outra"
    await town.send("DELETE", f"/_sandbox/guilds/{other['id']}/bots/{town.bot}")
    assert (await bot.hear("guild_remove")).name == "Outra"
    person = bot.get_user(int(town.buyer)) or await bot.fetch_user(int(town.buyer))
    direct = await person.create_dm()
    await direct.send("Sua compra chegou")
    await town.send("POST", f"/_sandbox/as/{town.buyer}/channels/{direct.id}/messages", {"content": "obrigada"})
    assert (await bot.hear("message")).content == "obrigada"
    # In a guild, what people write is hidden from a bot without the message content intent.
    await town.send("POST", f"/_sandbox/as/{town.buyer}/channels/{town.channel}/messages", {"content": "oi"})
    assert (await bot.hear("message")).content == ""


async def test_a_modal_goes_to_and_fro(town: Town, bot: Bot) -> None:
    message = await town.say(content="Oi", components=[row(button("coupon"))])

    async def ask(interaction: discord.Interaction) -> None:
        modal = discord.ui.Modal(title="Cupom", custom_id="coupon-form")
        modal.add_item(discord.ui.Label(text="Código", component=discord.ui.TextInput(custom_id="code", max_length=10)))
        await interaction.response.send_modal(modal)

    bot.answer = ask
    got = await town.press(message, "coupon")
    assert got["outcome"] == "modal"
    assert got["modal"]["title"] == "Cupom"
    await bot.hear("interaction")

    async def change(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="Cupom aceito", view=None)

    bot.answer = change
    status, done = await town.act("modal", modal_id=got["modal"]["modal_id"], values={"code": "SERTAO"})
    assert (status, done["outcome"]) == (200, "update")
    interaction = await bot.hear("interaction")
    assert interaction.data["components"][0]["component"]["value"] == "SERTAO"
    assert (await town.look())[0]["content"] == "Cupom aceito"
    status, _ = await town.act("modal", modal_id=got["modal"]["modal_id"], values={"code": "SERTAO"})
    assert status == 400


async def test_a_command_is_synced_and_used(town: Town, bot: Bot) -> None:
    tree = discord.app_commands.CommandTree(bot)

    @tree.command(name="compras", description="Suas compras")
    async def purchases(interaction: discord.Interaction, pagina: int) -> None:
        await interaction.response.send_message(f"Página {pagina}")

    await tree.sync()
    status, done = await town.act("command", channel_id=town.channel, name="compras", options={"pagina": 2})
    assert (status, done["outcome"]) == (200, "message")
    assert done["message"]["content"] == "Página 2"
    status, _ = await town.act("command", channel_id=town.channel, name="compras", options={})
    assert status == 400


async def test_a_revoked_token_ends_it(town: Town, bot: Bot) -> None:
    await town.send("DELETE", f"/_sandbox/applications/{town.bot}/token")
    await seen(lambda: bot.is_closed() or not bot.ws.open)
    assert (await town.rest("GET", "/users/@me"))[0] == 401
