"""A chat server on loopback: what one says, all hear.

Run it: python3 examples/programs/chat_server.py
"""

import asyncio


async def tell(members, line):
    print(f"server: {line}")
    # Here Python's dict keeps the order of joining.
    writers = list(members.values())  # it may change
    for writer in writers:
        writer.write(f"{line}\n".encode())
        await writer.drain()


async def serve(members, reader, writer):
    name = (await reader.readline()).decode().strip()
    members[name] = writer
    await tell(members, f"{name} joins")
    async for line in reader:
        await tell(members, f"{name} says {line.decode().strip()}")
    del members[name]
    await tell(members, f"{name} leaves")
    # Here Python closes a socket by hand, and waits for that.
    writer.close()
    await writer.wait_closed()


async def chat(at, me, you):
    reader, writer = await asyncio.open_connection(*at)
    writer.write(f"{me}\n".encode())
    async for line in reader:
        match line.decode().strip().removeprefix(you):
            case " joins":
                writer.write(b"hi\n")
            case " says hi":
                writer.write(b"bye\n")
            case " says bye" | " leaves":
                writer.write_eof()
    writer.close()
    await writer.wait_closed()


async def main():
    members = {}
    server = await asyncio.start_server(
        lambda reader, writer: serve(members, reader, writer),
        "127.0.0.1", 0,
    )
    at = server.sockets[0].getsockname()
    async with server:
        ann = asyncio.create_task(chat(at, "ann", "bob"))
        await asyncio.sleep(0.5)
        await chat(at, "bob", "ann")
        await ann


asyncio.run(main())
