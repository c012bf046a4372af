"""`as_completed`: each result as soon as it is there.

Run it: python3 examples/coordination/as_completed.py
"""

import asyncio


async def answer(friend, seconds):
    await asyncio.sleep(seconds)
    print(f"  {friend}: sends a postcard")
    return friend


async def main():
    print("sender: has written to three friends")
    answers = [
        answer("anna", 0.6),
        answer("boris", 0.2),
        answer("clara", 0.4),
    ]
    # Here Python does not say which came: the result has to.
    for earliest in asyncio.as_completed(answers):
        friend = await earliest
        print(f"sender: pins up the postcard from {friend}")
    print("sender: has heard from all")


asyncio.run(main())
