"""A bot of hikari as anybody would write it; its token and the address come from the environment."""

# mypy: ignore-errors

import json
import os

import hikari

bot = hikari.GatewayBot(
    os.environ["DISCORD_TOKEN"],
    rest_url=os.environ["DISCORD_URL"] + "/api/v10",  # the one setting; the gateway follows from it
    intents=hikari.Intents.ALL_UNPRIVILEGED,
    banner=None,
)
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x21\x00\x00\x00\x21"
EPHEMERAL = hikari.MessageFlag.EPHEMERAL
SELECTS = {
    "pick-user": hikari.ComponentType.USER_SELECT_MENU,
    "pick-role": hikari.ComponentType.ROLE_SELECT_MENU,
    "pick-any": hikari.ComponentType.MENTIONABLE_SELECT_MENU,
}


def card(text: str, file: str) -> hikari.impl.ContainerComponentBuilder:
    """Every component of a message."""
    buy = hikari.impl.InteractiveButtonBuilder(style=hikari.ButtonStyle.PRIMARY, custom_id="buy", label="buy")
    section = hikari.impl.SectionComponentBuilder(accessory=buy).add_text_display(text)
    made = hikari.impl.ContainerComponentBuilder(accent_color=hikari.Color(0x2E6B4F)).add_component(section)
    made.add_component(hikari.impl.MediaGalleryComponentBuilder().add_media_gallery_item(hikari.Bytes(PICTURE, file)))
    made.add_component(hikari.impl.SeparatorComponentBuilder())
    row = hikari.impl.MessageActionRowBuilder()
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, "form", label="form")
    made.add_component(row)
    pick = hikari.impl.MessageActionRowBuilder()
    pick.add_text_menu("pick", max_values=2).add_option("red", "red").add_option("blue", "blue")
    made.add_component(pick)
    for custom_id, kind in SELECTS.items():
        made.add_component(hikari.impl.MessageActionRowBuilder().add_select_menu(kind, custom_id))
    return made.add_component(hikari.impl.MessageActionRowBuilder().add_channel_menu("pick-channel"))


def form() -> list[hikari.impl.ModalActionRowBuilder]:
    """The inputs that this library can send: texts, short and long."""
    short = hikari.impl.ModalActionRowBuilder().add_text_input("words", "Words", max_length=20)
    long = hikari.impl.ModalActionRowBuilder().add_text_input("story", "Story", style=hikari.TextInputStyle.PARAGRAPH, required=False)
    return [short, long]


@bot.listen()
async def started(event: hikari.StartedEvent) -> None:
    me = bot.get_me()
    build = bot.rest.slash_command_builder
    commands = [build(name, f"Does {name}") for name in ("card", "edit", "direct", "place", "poll")]
    commands.append(build("role", "Gives a role").add_option(option("keep", hikari.OptionType.BOOLEAN)))
    commands.append(build("say", "Writes one message").add_option(option("text", hikari.OptionType.STRING)))
    await bot.rest.set_application_commands(me.id, commands)
    guilds = [guild.name async for guild in bot.rest.fetch_my_guilds()]
    print("ready", guilds, flush=True)


def option(name: str, kind: hikari.OptionType) -> hikari.CommandOption:
    return hikari.CommandOption(type=kind, name=name, description=name, is_required=True)


@bot.listen()
async def resumed(event: hikari.ShardResumedEvent) -> None:
    print("resumed", flush=True)


@bot.listen()
async def voted(event: hikari.PollVoteCreateEvent) -> None:
    print("voted", event.answer_id, flush=True)


@bot.listen()
async def pressed(event: hikari.ComponentInteractionCreateEvent) -> None:
    click = event.interaction
    if click.custom_id == "buy":
        await click.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=EPHEMERAL)
        await click.edit_initial_response("Yours")
        await click.execute("Receipt", attachment=hikari.Bytes(b"paid", "receipt.txt"), flags=EPHEMERAL)
    elif click.custom_id == "form":
        await click.create_modal_response("Your words", "form", components=form())
    else:
        await click.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, json.dumps(list(click.values)), flags=EPHEMERAL)


@bot.listen()
async def sent(event: hikari.ModalInteractionCreateEvent) -> None:
    said = {piece.custom_id: piece.value for row in event.interaction.components for piece in row.components}
    await event.interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, json.dumps(said), flags=EPHEMERAL)


@bot.listen()
async def used(event: hikari.CommandInteractionCreateEvent) -> None:
    use = event.interaction
    given = {row.name: row.value for row in use.options or []}
    if use.command_name == "card":
        await use.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, component=card("For sale", "first.png"))
        return
    await use.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=EPHEMERAL)
    answer = "done"
    if use.command_name == "edit":
        message = await bot.rest.create_message(use.channel_id, component=card("For sale", "first.png"))
        await bot.rest.edit_message(use.channel_id, message, component=card("Sold", "second.png"))
    elif use.command_name == "direct":
        channel = await bot.rest.create_dm_channel(use.user)
        await channel.send("Between us")
    elif use.command_name == "role":
        role = await bot.rest.create_role(use.guild_id, name="Buyer", color=0x2E6B4F)
        await bot.rest.add_role_to_member(use.guild_id, use.user, role)
        if not given["keep"]:
            await bot.rest.remove_role_from_member(use.guild_id, use.user, role)
        answer = str(role.id)
    elif use.command_name == "place":
        channel = await bot.rest.create_guild_text_channel(use.guild_id, "orders")
        message = await channel.send("Order 1")
        thread = await bot.rest.create_message_thread(channel, message, "Order one")
        await thread.send("Talk here")
        private = await bot.rest.create_thread(channel, hikari.ChannelType.GUILD_PRIVATE_THREAD, "Only us")
        await bot.rest.add_thread_member(private, use.user)
        answer = json.dumps([str(channel.id), str(thread.id), str(private.id)])
    elif use.command_name == "poll":
        coin = await bot.rest.create_application_emoji(use.application_id, "coin", hikari.Bytes(PICTURE, "coin.png"))
        asked = hikari.impl.PollBuilder(question_text="Which?", duration=2, allow_multiselect=False)
        asked.add_answer(text="Lamp").add_answer(text="Coin", emoji=coin)
        answer = str((await bot.rest.create_message(use.channel_id, poll=asked)).id)
    elif use.command_name == "say":
        await bot.rest.create_message(use.channel_id, given["text"])
    await use.edit_initial_response(answer)


bot.run()
