// A bot of discord.js as anybody would write it; its token and the address come from the environment.
const d = require("discord.js");

const client = new d.Client({
  intents: [d.GatewayIntentBits.Guilds, d.GatewayIntentBits.GuildMessages, d.GatewayIntentBits.DirectMessages, d.GatewayIntentBits.GuildMessagePolls],
  rest: { api: process.env.DISCORD_URL + "/api", version: "10" }, // the one setting; the gateway follows from it
});
const PICTURE = Buffer.from("89504e470d0a1a0a0000000d494844520000002100000021", "hex");
const Ephemeral = d.MessageFlags.Ephemeral;
const colours = ["red", "blue"].map((n) => ({ label: n, value: n }));
const button = (id) => new d.ButtonBuilder().setCustomId(id).setLabel(id).setStyle(d.ButtonStyle.Primary);
const row = (...pieces) => new d.ActionRowBuilder().addComponents(...pieces);

const card = (text, file) => ({
  flags: d.MessageFlags.IsComponentsV2,
  files: [new d.AttachmentBuilder(PICTURE, { name: file })],
  components: [
    new d.ContainerBuilder()
      .addSectionComponents(new d.SectionBuilder().addTextDisplayComponents(new d.TextDisplayBuilder().setContent(text)).setButtonAccessory(button("buy")))
      .addMediaGalleryComponents(new d.MediaGalleryBuilder().addItems(new d.MediaGalleryItemBuilder().setURL(`attachment://${file}`)))
      .addSeparatorComponents(new d.SeparatorBuilder())
      .addActionRowComponents(
        row(button("form"), button("more")),
        row(new d.StringSelectMenuBuilder().setCustomId("pick").setMaxValues(2).addOptions(colours)),
        row(new d.UserSelectMenuBuilder().setCustomId("pick-user")),
        row(new d.RoleSelectMenuBuilder().setCustomId("pick-role")),
        row(new d.MentionableSelectMenuBuilder().setCustomId("pick-any")),
        row(new d.ChannelSelectMenuBuilder().setCustomId("pick-channel")),
      ),
  ],
});

const label = (name) => new d.LabelBuilder().setLabel(name);
const first = () =>
  new d.ModalBuilder().setCustomId("first").setTitle("First half").addLabelComponents(
    label("Words").setTextInputComponent(new d.TextInputBuilder().setCustomId("words").setStyle(d.TextInputStyle.Short).setMaxLength(20)),
    label("One").setStringSelectMenuComponent(new d.StringSelectMenuBuilder().setCustomId("one").addOptions(colours)),
    label("Person").setUserSelectMenuComponent(new d.UserSelectMenuBuilder().setCustomId("person")),
    label("Role").setRoleSelectMenuComponent(new d.RoleSelectMenuBuilder().setCustomId("role")),
    label("Anyone").setMentionableSelectMenuComponent(new d.MentionableSelectMenuBuilder().setCustomId("anyone")),
  );
const second = () =>
  new d.ModalBuilder().setCustomId("second").setTitle("Second half").addLabelComponents(
    label("Place").setChannelSelectMenuComponent(new d.ChannelSelectMenuBuilder().setCustomId("place")),
    label("Files").setFileUploadComponent(new d.FileUploadBuilder().setCustomId("files").setMaxValues(2)),
    label("Size").setRadioGroupComponent(new d.RadioGroupBuilder().setCustomId("size").addOptions(...["small", "large"].map((n) => ({ label: n, value: n })))),
    label("Extras").setCheckboxGroupComponent(new d.CheckboxGroupBuilder().setCustomId("extras").addOptions(...["gift", "fast"].map((n) => ({ label: n, value: n })))),
    label("Agreed").setCheckboxComponent(new d.CheckboxBuilder().setCustomId("agreed")),
  );

async function submitted(form) {
  const got = form.fields;
  const ids = (found) => [...found.keys()];
  const said =
    form.customId === "first"
      ? {
          words: got.getTextInputValue("words"),
          one: [...got.getStringSelectValues("one")],
          person: ids(got.getSelectedUsers("person")),
          role: ids(got.getSelectedRoles("role")),
          anyone: [...got.getSelectedMentionables("anyone").users.keys()],
        }
      : {
          place: ids(got.getSelectedChannels("place")),
          files: await Promise.all([...got.getUploadedFiles("files").values()].map(async (file) => (await fetch(file.url)).text())),
          size: got.getRadioGroup("size"),
          extras: [...got.getCheckboxGroup("extras")],
          agreed: got.getCheckbox("agreed"),
        };
  await form.reply({ content: JSON.stringify(said), flags: Ephemeral });
}

async function pressed(click) {
  if (click.customId === "form") return click.showModal(first());
  if (click.customId === "more") return click.showModal(second());
  await click.deferReply({ flags: Ephemeral });
  await click.editReply("Yours");
  await click.followUp({ content: "Receipt", flags: Ephemeral, files: [new d.AttachmentBuilder(Buffer.from("paid"), { name: "receipt.txt" })] });
}

const commands = {
  async edit(use) {
    const message = await use.channel.send(card("For sale", "first.png"));
    await message.edit({ ...card("Sold", "second.png"), attachments: [] });
    return "changed";
  },
  async direct(use) {
    const channel = await use.user.createDM();
    await channel.send("Between us");
    return "written";
  },
  async role(use) {
    const made = await use.guild.roles.create({ name: "Buyer", colors: { primaryColor: 0x2e6b4f } });
    await use.member.roles.add(made);
    if (!use.options.getBoolean("keep")) await use.member.roles.remove(made);
    return made.id;
  },
  async place(use) {
    const channel = await use.guild.channels.create({ name: "orders" });
    const message = await channel.send("Order 1");
    const thread = await message.startThread({ name: "Order one" });
    await thread.send("Talk here");
    const only = await channel.threads.create({ name: "Only us", type: d.ChannelType.PrivateThread });
    await only.members.add(use.user.id);
    return JSON.stringify([channel.id, thread.id, only.id]);
  },
  async poll(use) {
    const coin = await client.application.emojis.create({ name: "coin", attachment: PICTURE });
    const answers = [{ text: "Lamp" }, { text: "Coin", emoji: coin.id }];
    const message = await use.channel.send({ poll: { question: { text: "Which?" }, answers, duration: 2, allowMultiselect: false } });
    return message.id;
  },
  async say(use) {
    await use.channel.send(use.options.getString("text"));
    return "said";
  },
};

client.on(d.Events.InteractionCreate, async (what) => {
  if (what.isModalSubmit()) return submitted(what);
  if (what.isButton()) return pressed(what);
  if (what.isAnySelectMenu()) return what.reply({ content: JSON.stringify(what.values), flags: Ephemeral });
  if (what.commandName === "card") {
    const shown = card("For sale", "first.png");
    return what.reply(shown);
  }
  await what.deferReply({ flags: Ephemeral });
  await what.editReply(await commands[what.commandName](what));
});
client.on(d.Events.MessagePollVoteAdd, (answer) => console.log("voted", answer.id));
client.on(d.Events.ShardResume, () => console.log("resumed"));
client.once(d.Events.ClientReady, async () => {
  const slash = (name) => new d.SlashCommandBuilder().setName(name).setDescription(`Does ${name}`);
  await client.application.commands.set([
    ...["card", "edit", "direct", "place", "poll"].map(slash),
    slash("role").addBooleanOption((o) => o.setName("keep").setDescription("keep").setRequired(true)),
    slash("say").addStringOption((o) => o.setName("text").setDescription("text").setRequired(true)),
  ]);
  console.log("ready", JSON.stringify(client.guilds.cache.map((guild) => guild.name)));
});
client.login(process.env.DISCORD_TOKEN);
