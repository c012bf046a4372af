"""A worker: a process that ends when its input does."""

import asyncio
import os
import shlex
import sys
from asyncio.subprocess import PIPE


class Worker:
    def __init__(self, path, name, stop_at=0):
        # STREAM_WORKER: the other language's program.
        other = shlex.split(os.environ.get("STREAM_WORKER", ""))
        program = other or [sys.executable, sys.argv[0]]
        self.words = [*program, "work", path, name, str(stop_at)]

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            *self.words, stdin=PIPE, stdout=PIPE, process_group=0
        )
        return self

    async def __aexit__(self, *error):
        # As the server: it ends when its input does.
        await self.process.communicate(b"")

    async def line(self):
        line = await self.process.stdout.readline()
        if not line:
            raise OSError("a worker ended before its time")
        return line.decode().strip()

    async def kill(self):
        self.process.kill()
        return -await self.process.wait()


async def end_of_input():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await loop.connect_read_pipe(lambda: protocol, sys.stdin)
    await reader.read()
