"""A rate limiter: a token bucket out of a semaphore.

Run it: python3 examples/coordination/rate_limiter.py
"""

import asyncio


async def refill(bucket):
    while True:
        await asyncio.sleep(0.4)
        try:
            bucket.release()
            print("bucket: one more token")
        except ValueError:
            print("bucket: full, the token is lost")


async def request(name, bucket):
    if bucket.locked():
        print(f"  {name}: no token, waits")
    # Taken for good: only the refill gives a token back.
    await bucket.acquire()
    print(f"  {name}: sent")


async def main():
    bucket = asyncio.BoundedSemaphore(2)
    refilling = asyncio.create_task(refill(bucket))
    names = ["anna", "boris", "clara", "david"]
    print("main: a burst of four")
    requests = [request(name, bucket) for name in names]
    await asyncio.gather(*requests)
    print("main: a rest")
    await asyncio.sleep(1.4)
    print("main: and a burst of three")
    requests = [request(name, bucket) for name in names[:3]]
    await asyncio.gather(*requests)
    refilling.cancel()
    await asyncio.wait([refilling])


asyncio.run(main())
