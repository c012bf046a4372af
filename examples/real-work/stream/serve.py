"""The Redis server that both clients use, in a folder of its own.

It prints its socket, and ends when its input does, that is, with
its client.
"""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from tempfile import TemporaryDirectory

COMMAND = os.environ.get("REDIS_SERVER", "redis-server")


def is_there(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
            client.sendall(b"PING\r\n")
            return client.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


def too_old():
    said = subprocess.run(
        [COMMAND, "--version"], capture_output=True, text=True
    ).stdout
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return not found or tuple(map(int, found.groups())) < (6, 2)


def serve(folder):
    path = f"{folder}/redis"
    with open(f"{folder}/log", "w+") as log:
        words = f"--port 0 --unixsocket {path} --dir {folder} --save"
        server = subprocess.Popen(
            [COMMAND, *words.split(), ""],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )
        try:
            while not is_there(path):
                if server.poll() is not None:
                    log.seek(0)
                    last = (log.read().splitlines() or [""])[-1]
                    return f"{COMMAND} does not start: {last}"
                time.sleep(0.01)
            # Its client may have left by now.
            with suppress(BrokenPipeError):
                os.write(1, f"{path}\n".encode())
            # Until the client closes it, or is no more.
            sys.stdin.read()
        finally:
            server.terminate()
            server.wait()
    return server.returncode


def main():
    try:
        with TemporaryDirectory() as folder:
            if too_old():
                return f"{COMMAND} is too old: XAUTOCLAIM is in 6.2"
            return serve(folder)
    except OSError as error:
        if error.filename == COMMAND:
            return f"no {COMMAND}: apt install redis-server"
        return f"no folder for {COMMAND}: {error.strerror}"


if __name__ == "__main__":
    sys.exit(main())
