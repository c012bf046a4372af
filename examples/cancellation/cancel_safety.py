"""Cancel-safety: what a read takes with it when it loses a race.

Run it: python3 examples/cancellation/cancel_safety.py
"""

import asyncio


class Wire:
    def __init__(self, name):
        self.name = name
        self.chunks = asyncio.Queue()
        self.half = ""


async def send(wire, chunk):
    print(f"  {wire.name}: sends {chunk!r}")
    await wire.chunks.put(chunk)


async def read_line(wire):
    line = ""
    # Who is cancelled at this wait loses the half line, too.
    while not line.endswith("\n"):
        line += await wire.chunks.get()
    return line


async def read_line_safely(wire):
    # The wire keeps the half line, and the next read goes on.
    while not wire.half.endswith("\n"):
        chunk = await wire.chunks.get()
        wire.half += chunk
    line, wire.half = wire.half, ""
    return line


# Here Python spells out what a race is: asyncio has none.
async def race(reads):
    tasks = [asyncio.create_task(read) for read in reads]
    first = asyncio.FIRST_COMPLETED
    done, losers = await asyncio.wait(tasks, return_when=first)
    for loser in losers:
        loser.cancel()
    await asyncio.gather(*losers, return_exceptions=True)
    return done.pop().result()


async def listen(read):
    south, north = Wire("south"), Wire("north")
    await send(south, "ship ")
    await send(north, "all quiet\n")
    # South is asked first, and has half a line by now.
    line = await race([read(south), read(north)])
    print(f"  listener: hears {line!r}")
    await send(south, "in sight\n")
    line = await race([read(south), read(north)])
    print(f"  listener: hears {line!r}")


async def main():
    print("main: each read keeps its half line")
    await listen(read_line)
    print("main: each wire keeps its half line")
    await listen(read_line_safely)


asyncio.run(main())
