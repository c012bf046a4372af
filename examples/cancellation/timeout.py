"""A timeout: what takes too long is cancelled, and cleans up.

Run it: python3 examples/cancellation/timeout.py
"""

import asyncio


async def phone(friend, seconds):
    print(f"  {friend}: picks up")
    try:
        await asyncio.sleep(seconds)
        return "the news"
    # Here Python comes through on every way out.
    finally:
        print(f"  {friend}: says goodbye")
        await asyncio.sleep(0.1)
        print(f"  {friend}: hangs up")


async def main():
    for friend, seconds in [("anna", 0.1), ("boris", 10)]:
        print(f"caller: rings {friend}")
        try:
            async with asyncio.timeout(0.5):
                print("caller: knows", await phone(friend, seconds))
        except TimeoutError:
            print("caller: has to go")


asyncio.run(main())
