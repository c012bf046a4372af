"""A shield: the caller is cancelled, the work goes on.

Run it: python3 examples/cancellation/shield.py
"""

import asyncio


async def transfer(to):
    try:
        print(f"  bank: sending money to {to}")
        await asyncio.sleep(0.3)
        print(f"  bank: {to} has the money")
    except asyncio.CancelledError:
        print(f"  bank: broken off, {to} gets nothing")
        raise


async def pay(work):
    try:
        await work
    except asyncio.CancelledError:
        print("  client: hangs up")
        raise


async def hang_up(client):
    await asyncio.sleep(0.1)
    client.cancel()
    # Waits for its end, whatever that is.
    await asyncio.wait([client])


async def main():
    print("main: without a shield")
    payment = asyncio.create_task(transfer("anna"))
    await hang_up(asyncio.create_task(pay(payment)))
    print("main: with a shield")
    # Here Python needs this variable: the event loop refers to its
    # tasks weakly, and could lose one that only a shield awaits.
    payment = asyncio.create_task(transfer("boris"))
    shielded = asyncio.shield(payment)
    await hang_up(asyncio.create_task(pay(shielded)))
    print("main: the client is gone, the payment is not")
    await payment


asyncio.run(main())
