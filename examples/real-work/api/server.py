"""The server's process."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path


class Server:
    @classmethod
    async def start(cls):
        self = cls()
        program = Path(__file__).with_name("serve.py")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, program, stdin=PIPE, stdout=PIPE,
            process_group=0,  # Ctrl-C is for its client
        )
        self.port = int(await self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def close(self):
        # It ends when its input does: by this, or with its client.
        self.process.stdin.close()
        return await self.process.wait()
