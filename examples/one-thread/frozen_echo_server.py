"""An echo server that one blocking call freezes, and its cure.

Run it: python3 examples/one-thread/frozen_echo_server.py
"""

import asyncio
import socket
import time


def look_up(words):
    if "hard" in words:
        time.sleep(1)  # blocks its thread
    return words


async def echo(reader, writer, cured):
    words = (await reader.readline()).decode().strip()
    print(f"  server: hears {words}")
    if cured:
        words = await asyncio.to_thread(look_up, words)
    else:
        words = look_up(words)
    print(f"  server: echoes {words}")
    writer.write(words.encode())
    writer.close()
    await writer.wait_closed()


# The clients have a thread of their own, which never freezes.
def clients(at):
    with (
        socket.create_connection(at) as ann,
        socket.create_connection(at) as bob,
    ):
        ann.sendall(b"Ann's hard word\n")
        time.sleep(0.2)
        bob.sendall(b"Bob's easy word\n")
        assert ann.makefile().read() == "Ann's hard word"
        assert bob.makefile().read() == "Bob's easy word"


async def serve(cured):
    # Here Python accepts by itself, and makes a task for each client.
    server = await asyncio.start_server(
        lambda reader, writer: echo(reader, writer, cured),
        "127.0.0.1", 0,
    )
    at = server.sockets[0].getsockname()
    async with server:
        await asyncio.to_thread(clients, at)


async def main():
    print("owner: the server's thread looks words up")
    await serve(cured=False)
    print("owner: other threads look words up")
    await serve(cured=True)


asyncio.run(main())
