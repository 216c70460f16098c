"""Waits for what a node says, with an end: nobody has to write a loop that sleeps."""

import time
from typing import Callable, Optional, TypeVar

from starling.control.errors import TimedOutError, UnreachableError
from starling.control.events import PATIENCE_SECONDS

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0

Found = TypeVar("Found")


def wait_until(
    look: Callable[[], Optional[Found]],
    what: Callable[[], str],
    timeout: Optional[float],
    patience: float = PATIENCE_SECONDS,
) -> Found:
    """Looks again and again, with pauses that grow, until there is something, and returns it.

    ``timeout`` is in seconds, None for none. A node that does not answer is asked again for ``patience`` seconds. Raises TimedOutError with ``what`` was waited for.
    """
    began = answered = time.monotonic()
    pause, silence = FIRST_PAUSE_SECONDS, ""
    while True:
        try:
            found = look()
            answered, silence = time.monotonic(), ""
            if found is not None:
                return found
        except UnreachableError as fault:
            if time.monotonic() - answered > patience:
                raise
            silence = f" ({fault})"
        left = None if timeout is None else began + timeout - time.monotonic()
        if left is not None and left <= 0:
            raise TimedOutError(f"{what()}: not within {timeout:g} s{silence}")
        time.sleep(pause if left is None else min(pause, left))
        pause = min(1.5 * pause, LONGEST_PAUSE_SECONDS)
