from astra.core.surfaces.discord.models.conversation import Conversation
from astra.core.surfaces.discord.models.goods_button import GoodsButton
from astra.core.surfaces.discord.models.notice import Notice
from astra.core.surfaces.discord.models.reveal import Reveal
from astra.core.surfaces.discord.models.taken_interaction import TakenInteraction

__all__ = ["Conversation", "GoodsButton", "Notice", "Reveal", "TakenInteraction"]
