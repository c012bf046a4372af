"""Retries, with backoff, and a hedge: the first success counts.

Run it: python3 examples/coordination/retry_backoff.py
"""

import asyncio


class Busy(Exception):
    pass


async def ask(name, seconds, busy):
    await asyncio.sleep(seconds)
    if busy:
        print(f"  {name}: busy")
        raise Busy
    print(f"  {name}: 7 degrees")
    return name


async def retry(station, refusals):
    pause = 0.1
    while True:
        try:
            return await ask(station, 0.1, refusals > 0)
        except Busy:
            refusals -= 1
            print(f"anna: asks again in {pause} s")
            await asyncio.sleep(pause)
            # Each time twice as long: it needs rest, not questions.
            pause *= 2


async def first_success(*coroutines):
    # Here Python starts tasks, which run on if nobody stops them.
    tasks = [asyncio.create_task(c) for c in coroutines]
    try:
        for answer in asyncio.as_completed(tasks):
            try:
                return await answer
            except Busy:
                print("anna: a failure, waits for the others")
        raise Busy
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main():
    print("anna: asks one station until it answers")
    station = await retry("south", refusals=2)
    print(f"anna: writes down what {station} says")
    print("anna: asks three, the first success counts")
    try:
        station = await first_success(
            ask("east", 0.5, busy=False),
            ask("north", 0.3, busy=False),
            ask("west", 0.1, busy=True),
        )
    except Busy:
        station = "nobody"
    print(f"anna: writes down what {station} says")


asyncio.run(main())
