"""One sale under faults: bought and paid in Discord and at the bank, then judged by what every witness says."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.guarantees.installation import Installation
from tests.journey import shopping
from tests.journey.guild import Person, custom_ids

# The purchase is whole when the order is paid and done, each line has its item, the wallet its earning, and the buyer his notice.
WHOLE = """
SELECT o.commercial = 'paid' AND o.fulfilment = 'done'
   AND EXISTS (SELECT FROM wallet_earning e WHERE e.order_id = o.id)
   AND EXISTS (SELECT FROM delivery_delivery d WHERE d.order_id = o.id AND d.state = 'delivered')
FROM sales_order o WHERE o.id = %s
"""
CODE = "SELECT copy_paste FROM payments_charge WHERE purpose_id = %s AND copy_paste <> ''"


@dataclass
class Sale:
    """A buyer, his cart, and what he was told."""

    installation: Installation
    buyer: Person
    card: dict[str, Any]
    cart: shopping.Purchase = field(init=False)
    paid: bool = False

    def order(self) -> None:
        """Buy, accept. The click is answered by the web server: it needs no worker."""
        self.cart = shopping.open_cart(self.buyer, self.card)
        shopping.accept(self.buyer, self.cart)

    def pay(self, seconds: float = 40) -> None:
        """Pays the code once the core knows it."""
        assert self.installation.wait(CODE.replace("SELECT copy_paste", "SELECT true"), self.cart.order_id, seconds=seconds), "no code came"
        self._pay_once()

    def pay_when_possible(self, seconds: float = 8) -> None:
        """Pays if a code comes; the worker may be dead before it does."""
        if self.installation.wait(CODE.replace("SELECT copy_paste", "SELECT true"), self.cart.order_id, seconds=seconds):
            self._pay_once()

    def pay_if_unpaid(self) -> None:
        """Pays now, if the code came only after the restart."""
        if not self.paid:
            self.pay()

    def state(self) -> str:
        """Where an unfinished sale stands."""
        order = self.installation.rows("SELECT commercial, payment, fulfilment FROM sales_order WHERE id = %s", self.cart.order_id)
        charge = self.installation.rows("SELECT state, provider_id FROM payments_charge WHERE purpose_id = %s", self.cart.order_id)
        delivery = self.installation.rows("SELECT state, fence, lease_until FROM delivery_delivery WHERE order_id = %s", self.cart.order_id)
        return f"order {order}, charge {charge}, delivery {delivery}"

    def judge_with_worker(self) -> list[str]:
        """As judge, with a worker that answers the looks."""
        self.installation.start_worker()
        try:
            return self.judge()
        finally:
            self.installation.kill_worker()

    def _pay_once(self) -> None:
        self.installation.bank.pay(self.installation.rows(CODE, self.cart.order_id)[0][0])
        self.paid = True

    def is_whole(self, seconds: float) -> bool:
        """Whether everything has happened within the time."""
        return self.installation.wait(WHOLE, self.cart.order_id, seconds=seconds)

    def judge(self) -> list[str]:
        """What is wrong with a whole sale, in the words of each witness; nothing when it happened exactly once."""
        return [*self._books(), *self._bank(), *self._discord()]

    def _books(self) -> list[str]:
        wrong = []
        for name, sql, wanted in (
            ("payments", "SELECT count(*) FROM payments_payment p JOIN payments_charge c ON c.id = p.charge_id WHERE c.purpose_id = %s", 1),
            ("earnings", "SELECT count(*) FROM wallet_earning WHERE order_id = %s", 1),
            ("deliveries", "SELECT count(*) FROM delivery_delivery WHERE order_id = %s", 1),
            (
                "items handed over",
                "SELECT count(*) FROM delivery_item i JOIN delivery_delivery d ON d.id = i.delivery_id WHERE d.order_id = %s",
                1,
            ),
        ):
            found = self.installation.rows(sql, self.cart.order_id)[0][0]
            if found != wanted:
                wrong.append(f"{found} {name} instead of {wanted}")
        return wrong

    def _bank(self) -> list[str]:
        charges = [one for one in self.installation.charges() if one["status"] == "paid" and one["id"] in self._provider_ids()]
        return [] if len(charges) == 1 else [f"{len(charges)} paid charges at the bank"]

    def _provider_ids(self) -> set[str]:
        return {
            row[0] for row in self.installation.rows("SELECT provider_id FROM payments_charge WHERE purpose_id = %s", self.cart.order_id)
        }

    def _discord(self) -> list[str]:
        button = f"see:{self.cart.order_id}"
        notices = [one for one in self.buyer.direct_messages() if button in custom_ids(one)]
        if len(notices) != 1:
            return [f"{len(notices)} notices by direct message"]
        text = shopping.open_goods(self.buyer, notices[0], self.cart.order_id)
        again = shopping.open_goods(self.buyer, notices[0], self.cart.order_id)
        return [] if text == again and "-" in text else ["the goods differ from one look to the next"]


def settle(installation: Installation, sale: Sale, seconds: float = 45) -> bool:
    """Lets a healthy worker finish, moving the clock past every lease if need be."""
    for _ in range(2):
        if sale.is_whole(seconds / 3):
            time.sleep(0.3)
            return True
        installation.move_clock("+2m")
    return sale.is_whole(seconds / 3)
