"""Graceful shutdown: Ctrl-C, no new orders, a limit for the old.

Run it: python3 examples/programs/graceful_shutdown.py
"""

import asyncio
import signal


async def cook(dish, seconds):
    try:
        print(f"  chef: {dish} on")
        await asyncio.sleep(seconds)
        print(f"  chef: {dish} served")
    except asyncio.CancelledError:
        print(f"  chef: {dish} taken off, half done")
        raise


async def take_orders(orders):
    orders.append(asyncio.create_task(cook("soup", 0.6)))
    orders.append(asyncio.create_task(cook("roast", 5)))
    await asyncio.sleep(0.1)
    # As if somebody had pressed Ctrl-C.
    signal.raise_signal(signal.SIGINT)
    await asyncio.sleep(5)
    print("  waiter: more guests")


async def close_up(orders):
    print("waiter: the kitchen closes, no new orders")
    if not orders:
        return  # `asyncio.wait` takes no empty set
    done, late = await asyncio.wait(orders, timeout=1)
    print(f"waiter: {len(done)} in time, {len(late)} too late")
    for order in late:
        order.cancel()
    await asyncio.gather(*late, return_exceptions=True)


async def serve():
    orders = []
    try:
        await take_orders(orders)
    except asyncio.CancelledError:
        await close_up(orders)
        raise


def main():
    try:
        # Here Python takes the signal, and cancels the main task.
        asyncio.run(serve())
    except KeyboardInterrupt:
        print("main: closed, by Ctrl-C")


main()
