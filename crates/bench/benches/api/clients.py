"""The same in Python: python3 clients.py by_hand|by_aiohttp PORT REQUESTS"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4] / "examples/real-work"))

AT_ONCE = 50


async def fetch_all(fetch_data, requests):
    limit = asyncio.Semaphore(AT_ONCE)

    async def fetch(id):
        async with limit:
            return await fetch_data(id)

    return sum(await asyncio.gather(*map(fetch, range(1, requests + 1))))


async def by_hand(port, requests):
    from api.session import Session

    session = Session(port)

    async def fetch_data(id):
        async with asyncio.timeout(2):
            status, data = await session.get(f"/items/{id}")
        return status == 200 and data["data"] == f"data_for_{id}"

    right = await fetch_all(fetch_data, requests)
    session.close()
    return right


async def by_aiohttp(port, requests):
    from aiohttp import ClientSession

    async with ClientSession(f"http://127.0.0.1:{port}") as session:

        async def fetch_data(id):
            async with asyncio.timeout(2):
                async with session.get(f"/items/{id}") as answer:
                    data = await answer.json()
            return answer.status == 200 and data["data"] == f"data_for_{id}"

        return await fetch_all(fetch_data, requests)


_, client, port, requests = sys.argv
print(asyncio.run(globals()[client](int(port), int(requests))))
