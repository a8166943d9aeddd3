"""The goods themselves. Only the job that read the reply back builds this screen."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.integrations.discord.rest import File
from astra.core.journey.delivery.actions.reveal_goods import Revealed
from astra.core.journey.sales.queries import OrderFacts
from astra.core.surfaces.discord.screens.parts import OK, WARN, Screen, attachment, quiet, rule, screen, text
from astra.core.surfaces.discord.words import plain

# Longer goods go into a file: a message holds 4,000 characters, and a phone shows far fewer.
MOST_CHARACTERS = 1_800
MOST_ITEMS = 15


def goods(order: OrderFacts, revealed: Sequence[Revealed]) -> Screen:
    """Every item of an order, ready to copy; as a text file when it is long or cannot be shown as it is."""
    texts = [secret.reveal() for part in revealed for secret in part.secrets]
    count = len(texts)
    head = text(
        "## " + _("Your purchase"),
        _("Order {code}").format(code=f"`{order.code}`"),
        quiet(ngettext("{count} item. Only you see this message.", "{count} items. Only you see this message.", count).format(count=count)),
    )
    foot = text(quiet(_("Keep it somewhere safe. You can open it again with /compras.")))
    if count > MOST_ITEMS or sum(map(len, texts)) > MOST_CHARACTERS or any("```" in one or not one.strip() for one in texts):
        name = f"{order.code}.txt"
        return screen(
            "goods", OK, head, rule(), attachment(name), foot, files=[File(name, _as_file(revealed), "text/plain; charset=utf-8")]
        )
    parts = [text(f"**{_name(part)}**", *[f"```\n{secret.reveal()}\n```" for secret in part.secrets]) for part in revealed]
    return screen("goods", OK, head, rule(), *parts, foot)


def goods_not_ready(order: OrderFacts) -> Screen:
    """Asked for too early."""
    return screen(
        "goods_not_ready",
        WARN,
        text("## " + _("Not ready yet"), _("Order {code}").format(code=f"`{order.code}`"), _("We tell you here as soon as it is.")),
    )


def _name(part: Revealed) -> str:
    return f"{plain(part.product_name)} · {plain(part.variation_name)}" if part.variation_name else plain(part.product_name)


def _as_file(revealed: Sequence[Revealed]) -> bytes:
    blocks = []
    for part in revealed:
        title = f"{part.product_name} · {part.variation_name}" if part.variation_name else part.product_name
        blocks.append("\n".join([f"# {title}", *[secret.reveal() for secret in part.secrets]]))
    return ("\n\n".join(blocks) + "\n").encode()
