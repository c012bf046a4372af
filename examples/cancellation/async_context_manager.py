"""An async context manager: its clean-up awaits, come what may.

Run it: python3 examples/cancellation/async_context_manager.py
"""

import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def line_to(city):
    print(f"  line: calls {city}")
    await asyncio.sleep(0.1)
    # Here Python runs the block in the middle of this function.
    try:
        yield city
    finally:
        await asyncio.sleep(0.1)
        print(f"  line: has hung up on {city}")


async def talk(city, seconds):
    async with line_to(city) as line:
        print(f"anna: speaks with {line}")
        await asyncio.sleep(seconds)
        print("anna: has said it all")


async def main():
    await talk("Oslo", 0.1)
    try:
        async with asyncio.timeout(0.4):
            await talk("Rome", 5)
    except TimeoutError:
        print("anna: has no more coins")


asyncio.run(main())
