"""A bot of discord.py as anybody would write it; its token and the address come from the environment."""

# mypy: ignore-errors

import datetime
import io
import json
import os

import discord
import yarl
from discord import app_commands, ui

# The two addresses; the rest of the file knows nothing of the sandbox.
discord.http.Route.BASE = os.environ["DISCORD_URL"] + "/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY"])

PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x21\x00\x00\x00\x21"


def picture(name: str) -> discord.File:
    return discord.File(io.BytesIO(PICTURE), name)


class Shop(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_view(Card())
        await self.tree.sync()

    async def on_ready(self) -> None:
        print("ready", [guild.name for guild in self.guilds], flush=True)

    async def on_resumed(self) -> None:
        print("resumed", flush=True)


class First(ui.Modal, title="First half"):
    words = ui.Label(text="Words", component=ui.TextInput(custom_id="words", max_length=20))
    one = ui.Label(
        text="One",
        component=ui.Select(custom_id="one", options=[discord.SelectOption(label=n, value=n) for n in ("red", "blue")]),
    )
    person = ui.Label(text="Person", component=ui.UserSelect(custom_id="person"))
    role = ui.Label(text="Role", component=ui.RoleSelect(custom_id="role"))
    anyone = ui.Label(text="Anyone", component=ui.MentionableSelect(custom_id="anyone"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        said = {
            "words": self.words.component.value,
            "one": self.one.component.values,
            "person": [str(row.id) for row in self.person.component.values],
            "role": [str(row.id) for row in self.role.component.values],
            "anyone": [str(row.id) for row in self.anyone.component.values],
        }
        await interaction.response.send_message(json.dumps(said), ephemeral=True)


class Second(ui.Modal, title="Second half"):
    place = ui.Label(text="Place", component=ui.ChannelSelect(custom_id="place"))
    files = ui.Label(text="Files", component=ui.FileUpload(custom_id="files", max_values=2))
    size = ui.Label(
        text="Size",
        component=ui.RadioGroup(custom_id="size", options=[discord.RadioGroupOption(label=n, value=n) for n in ("small", "large")]),
    )
    extras = ui.Label(
        text="Extras",
        component=ui.CheckboxGroup(custom_id="extras", options=[discord.CheckboxGroupOption(label=n, value=n) for n in ("gift", "fast")]),
    )
    agreed = ui.Label(text="Agreed", component=ui.Checkbox(custom_id="agreed"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        said = {
            "place": [str(row.id) for row in self.place.component.values],
            "files": [(await row.read()).decode() for row in self.files.component.values],
            "size": self.size.component.value,
            "extras": self.extras.component.values,
            "agreed": self.agreed.component.value,
        }
        await interaction.response.send_message(json.dumps(said), ephemeral=True)


async def chosen(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(json.dumps(interaction.data["values"]), ephemeral=True)


class Card(ui.LayoutView):
    """Every component of a message; persistent, so it answers after a restart too."""

    def __init__(self, text: str = "For sale", file: str = "first.png") -> None:
        super().__init__(timeout=None)
        buy, form, more = (ui.Button(label=name, custom_id=name) for name in ("buy", "form", "more"))
        buy.callback, form.callback, more.callback = self.buy, self.form, self.more
        selects = [
            ui.Select(custom_id="pick", options=[discord.SelectOption(label=n, value=n) for n in ("red", "blue")], max_values=2),
            ui.UserSelect(custom_id="pick-user"),
            ui.RoleSelect(custom_id="pick-role"),
            ui.MentionableSelect(custom_id="pick-any"),
            ui.ChannelSelect(custom_id="pick-channel"),
        ]
        for select in selects:
            select.callback = chosen
        self.add_item(
            ui.Container(
                ui.Section(ui.TextDisplay(text), accessory=buy),
                ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{file}")),
                ui.Separator(),
                ui.ActionRow(form, more),
                *[ui.ActionRow(select) for select in selects],
            )
        )

    async def buy(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="Yours")
        await interaction.followup.send("Receipt", ephemeral=True, file=discord.File(io.BytesIO(b"paid"), "receipt.txt"))

    async def form(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(First())

    async def more(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Second())


bot = Shop()


@bot.tree.command(description="Shows the card")
async def card(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(view=Card(), file=picture("first.png"))


@bot.tree.command(description="Sends a card and changes it")
async def edit(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    message = await interaction.channel.send(view=Card(), file=picture("first.png"))
    await message.edit(view=Card("Sold", "second.png"), attachments=[picture("second.png")])
    await interaction.followup.send("changed", ephemeral=True)


@bot.tree.command(description="Writes to the person")
async def direct(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    channel = await interaction.user.create_dm()
    await channel.send("Between us")
    await interaction.followup.send("written", ephemeral=True)


@bot.tree.command(description="Gives a role and takes it")
async def role(interaction: discord.Interaction, keep: bool) -> None:
    await interaction.response.defer(ephemeral=True)
    made = await interaction.guild.create_role(name="Buyer", colour=0x2E6B4F)
    await interaction.user.add_roles(made)
    if not keep:
        await interaction.user.remove_roles(made)
    await interaction.followup.send(str(made.id), ephemeral=True)


@bot.tree.command(description="Makes a channel and a thread in it")
async def place(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    channel = await interaction.guild.create_text_channel("orders")
    message = await channel.send("Order 1")
    thread = await message.create_thread(name="Order one")
    await thread.send("Talk here")
    private = await channel.create_thread(name="Only us")
    await private.add_user(interaction.user)
    await interaction.followup.send(json.dumps([str(channel.id), str(thread.id), str(private.id)]), ephemeral=True)


@bot.tree.command(description="Asks, with an emoji of its own")
async def poll(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    coin = await bot.create_application_emoji(name="coin", image=PICTURE)
    asked = discord.Poll("Which?", datetime.timedelta(hours=2))
    asked.add_answer(text="Lamp")
    asked.add_answer(text="Coin", emoji=coin)
    message = await interaction.channel.send(poll=asked)
    await interaction.followup.send(str(message.id), ephemeral=True)


@bot.event
async def on_raw_poll_vote_add(vote: discord.RawPollVoteActionEvent) -> None:
    print("voted", vote.answer_id, flush=True)


@bot.tree.command(description="Writes one message")
async def say(interaction: discord.Interaction, text: str) -> None:
    await interaction.response.defer(ephemeral=True)
    await interaction.channel.send(text)
    await interaction.followup.send("said", ephemeral=True)


bot.run(os.environ["DISCORD_TOKEN"])
