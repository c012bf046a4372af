"""Cancel-safety: what a read takes with it when it loses a race.

Run it: python3 examples/cancellation/cancel_safety.py
"""

import asyncio
from dataclasses import dataclass, field


@dataclass
class Wire:
    name: str
    chunks: asyncio.Queue = field(default_factory=asyncio.Queue)
    half: str = ""


async def read_line(wire):
    line = ""
    # A read that is cancelled at this wait loses its half line.
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


# Here Python has no race: this is one. The losers are asked to end,
# whatever ends it, and it waits for that.
async def race(*coroutines):
    """The results of the first: of all that came at once."""
    tasks = [asyncio.create_task(c) for c in coroutines]
    first = asyncio.FIRST_COMPLETED
    try:
        done, _ = await asyncio.wait(tasks, return_when=first)
        return [task.result() for task in tasks if task in done]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def listen(read):
    south, north = Wire("south"), Wire("north")
    for chunks in [
        [(south, "ship "), (north, "all quiet\n")],
        [(south, "in sight\n")],
        [(south, "fog\n"), (north, "calm\n")],
    ]:
        for wire, chunk in chunks:
            print(f"  {wire.name}: sends {chunk!r}")
            await wire.chunks.put(chunk)
        lines = sum(chunk.endswith("\n") for _, chunk in chunks)
        while lines > 0:
            # South is asked first. Two lines at once both count.
            for line in await race(read(south), read(north)):
                print(f"  listener: hears {line!r}")
                lines -= 1


async def main():
    print("main: each read keeps its half line")
    await listen(read_line)
    print("main: each wire keeps its half line")
    await listen(read_line_safely)


asyncio.run(main())
