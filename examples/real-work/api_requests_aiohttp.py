"""A thousand requests to an API, by what most take: aiohttp.

Run it: python3 examples/real-work/api_requests_aiohttp.py
"""

import asyncio

from aiohttp import ClientError, ClientSession
from api.end import end
from api.server import serving
from api.session import whole


async def fetch_data(session, id):
    for pause in 0.05, 0.1, 0.2:
        try:
            async with asyncio.timeout(2):
                async with session.get(f"/items/{id}") as answer:
                    status, data = await whole(answer)
        except TimeoutError:
            return "no answer in 2 s"
        except (ClientError, ValueError):
            return "no whole answer"
        if status != 503:
            return data.get("data", "no data")
        await asyncio.sleep(pause)
    return "busy"


async def fetch_all(session, ids, results):
    limit = asyncio.Semaphore(50)
    async def fetch(id):
        async with limit:
            results[id] = await fetch_data(session, id)

    await asyncio.gather(*map(fetch, ids))


async def main():
    async with serving() as (server, port):
        url = f"http://127.0.0.1:{port}"
        async with ClientSession(url) as session:
            ids, results = range(1, 1001), {}
            async with asyncio.timeout(60):
                await fetch_all(session, ids, results)
            for id, result in sorted(results.items()):
                if result != f"data_for_{id}":
                    print(f"client: ID {id}: {result}")
            async with asyncio.timeout(2):
                _, stats = await whole(await session.get("/stats"))
            assert stats["most"] <= 50
            asked = stats["asked"]
            print(f"server: {asked} requests, 50 at once at most")
            results = {}
            try:
                async with asyncio.timeout(1):
                    await fetch_all(session, ids, results)
            except TimeoutError:
                if results:
                    print("client: 1 s is over, what is done is kept")
    print(f"server: exit code {server.returncode}")


with end(ClientError):
    asyncio.run(main())
