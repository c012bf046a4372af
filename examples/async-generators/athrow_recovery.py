"""`athrow`: an error raised at the yield, caught, mended, awaited.

Run it: python3 examples/async-generators/athrow_recovery.py
"""

import asyncio


class Jammed(Exception):
    pass


class OnFire(Exception):
    pass


async def conveyor():
    parcel = 1
    while True:
        try:
            yield f"parcel {parcel}"
        except Jammed:
            # Here Python's `except` names one error of the two.
            print("  belt: jammed, clearing")
            await asyncio.sleep(0.1)
            print("  belt: clear, that parcel again")
        else:
            parcel += 1


async def watch():
    belt = conveyor()
    print(f"clerk: {await anext(belt)}")
    print(f"clerk: {await anext(belt)}")
    print("clerk: pulls the jam alarm")
    print(f"clerk: {await belt.athrow(Jammed())}")
    print(f"clerk: {await anext(belt)}")
    print("clerk: pulls the fire alarm")
    try:
        await belt.athrow(OnFire())
    except OnFire:
        print("clerk: the belt gave up, it is on fire")
    print(f"clerk: {await anext(belt, 'no more parcels')}")


asyncio.run(watch())
