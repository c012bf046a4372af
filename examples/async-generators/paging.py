"""Paging through an API: a page is fetched when it is needed.

Run it: python3 examples/async-generators/paging.py
"""

import asyncio
from contextlib import aclosing

BOOKS = ["Emma", "Dune", "Walden", "Ulysses"]


async def serve(reader, writer):
    [page] = await reader.readexactly(1)
    print(f"  server: page {page} asked for")
    for title in BOOKS[2 * page :][:2]:
        writer.write(f"{title}\n".encode())
    writer.close()
    await writer.wait_closed()


async def fetch(port, page):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(bytes([page]))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode().splitlines()


async def books(port):
    page = 0
    while titles := await fetch(port, page):
        for title in titles:
            yield title
        page += 1


async def read():
    # Here Python starts the server, and a task for each connection.
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # Here Python closes what the loop leaves half-way.
    async with server, aclosing(books(port)) as titles:
        wanted = 3
        async for title in titles:
            print(f"reader: {title}")
            wanted -= 1
            if wanted == 0:
                break


asyncio.run(read())
