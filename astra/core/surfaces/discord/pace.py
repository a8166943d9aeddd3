"""How fast one person may press: a shop must not stand still because somebody holds a key down."""

import threading
import time
import uuid
from collections import OrderedDict, deque

PRESSES = 20
WINDOW_SECONDS = 10.0
# So many people are remembered at once; beyond it the one who was quiet longest is forgotten.
MOST_PEOPLE = 20_000


class Pace:
    """The latest presses of people, in this process. Nobody is locked out: who stops pressing may press again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._presses: OrderedDict[tuple[uuid.UUID, str], deque[float]] = OrderedDict()

    def is_too_fast(self, instance_id: uuid.UUID, person_id: str, now: float | None = None) -> bool:
        """Counts a press; whether the person had enough of them in this shop in the last ten seconds already."""
        now = time.monotonic() if now is None else now
        with self._lock:
            latest = self._presses.setdefault((instance_id, person_id), deque(maxlen=PRESSES))
            self._presses.move_to_end((instance_id, person_id))
            if len(self._presses) > MOST_PEOPLE:
                self._presses.popitem(last=False)
            if len(latest) == PRESSES and latest[0] > now - WINDOW_SECONDS:
                return True
            latest.append(now)
            return False


PACE = Pace()
