"""`aclose`: ask the body to end, and wait until it has cleaned up.

Run it: python3 examples/async-generators/aclose_cleanup.py
"""

import asyncio


async def phone_call(caller):
    print(f"  {caller}: picks up")
    try:
        for news in ["it rains", "it still rains", "the sun is out"]:
            await asyncio.sleep(0.05)
            yield news
    finally:
        # Here Python comes through `finally` at the end of the news, too.
        print(f"  {caller}: says goodbye")
        await asyncio.sleep(0.1)
        print(f"  {caller}: hangs up")


async def main():
    call = phone_call("anna")
    print(f"boris: hears that {await anext(call)}")
    print("boris: has to go")
    await call.aclose()
    print("boris: leaves when she has hung up")
    await call.aclose()
    print(f"boris: hears {await anext(call, 'nothing more')}")


asyncio.run(main())
