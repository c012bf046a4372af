"""An ordinary function in between: it can't wait for a coroutine.

Run it: python3 examples/one-thread/sync_calls_async.py
"""

import asyncio


async def ask_price(ware):
    await asyncio.sleep(0.1)
    return 3 if ware == "flour" else 1


def price_with_tax(ware):
    # An event loop of its own, from its first line to its last.
    price = asyncio.run(ask_price(ware))
    return price * 2


async def async_price_with_tax(ware):
    price = await ask_price(ware)
    return price * 2


async def main():
    try:
        # Here Python leaves a coroutine behind that nobody awaits.
        price_with_tax("flour")
    except RuntimeError:
        print("shop: there is a loop already, I am in it")
    price = await asyncio.to_thread(price_with_tax, "flour")
    print(f"shop: from a thread without a loop: {price}")
    price = await async_price_with_tax("flour")
    print(f"shop: from a function that awaits: {price}")


print(f"main: before any loop: {price_with_tax('milk')}")
asyncio.run(main())
