"""A coroutine that nobody awaits: it never runs.

Run it: python3 examples/waiting/never_awaited.py
"""

import asyncio
import warnings


# Here Python notices at run time: a coroutine that goes away
# without having started warns.
def show(message, *where):
    print(f"warning: {message}")


warnings.showwarning = show


async def save(note):
    print(f"  disk: saves the {note}")


async def main():
    print("main: calls save and forgets the await")
    save("draft")
    print("main: calls save and awaits it")
    await save("letter")


asyncio.run(main())
