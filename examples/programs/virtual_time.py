"""Virtual time: a test that waits for an hour in no time.

Run it: python3 examples/programs/virtual_time.py
"""

import asyncio
import selectors
import time


class JumpingSelector(selectors.DefaultSelector):
    """Where the loop would wait for so long, it moves the clock."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        if timeout:
            self.now += timeout
        return super().select(0)


# Here Python needs a loop of its own, whose clock we can move.
class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.selector = JumpingSelector()
        super().__init__(self.selector)

    def time(self):
        return self.selector.now


async def remind(tea, minutes):
    await asyncio.sleep(60 * minutes)
    print(f"  alarm: the {tea} is ready")


async def breakfast():
    now = asyncio.get_running_loop().time
    begin = now()
    reminders = [remind("black", 4), remind("green", 2)]
    await asyncio.gather(*reminders)
    try:
        async with asyncio.timeout(3600):
            await remind("rice", 90)
    except TimeoutError:
        print("cook: an hour is enough")
    print(f"cook: {round((now() - begin) / 60)} minutes are over")


def main():
    begin = time.monotonic()
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(breakfast())
    took = "no" if time.monotonic() - begin < 60 else "a long"
    print(f"test: passed, in {took} time")


main()
