"""The API that both clients ask: some answers are slow, some are no good.

It prints its port, and ends when its input does, that is, with its client.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    lock = threading.Lock()
    seen = set()
    asked = busy = most = 0

    def do_GET(self):
        if self.path == "/stats":
            return self.answer(200, {"asked": Api.asked, "most": Api.most})
        id = int(self.path.rsplit("/", 1)[1])
        with Api.lock:
            Api.asked += 1
            Api.busy += 1
            Api.most = max(Api.most, Api.busy)
            first = id not in Api.seen
            Api.seen.add(id)
        time.sleep(0.1 if id % 20 == 9 else 0.005)
        with Api.lock:
            Api.busy -= 1
        if id == 500:
            self.rfile.read(1)  # no answer, until the client has left
            self.close_connection = True
        elif id == 666:
            self.answer(200, {"data": "cut off"}, cut=5)
        elif id == 404:
            self.answer(404, {"error": "no such item"})
        elif id == 777 or id % 10 == 3 and first:
            self.answer(503, {"error": "busy"})
        else:
            self.answer(200, {"data": f"data_for_{id}"})

    def answer(self, status, body, cut=0):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) - cut])
        self.wfile.flush()
        self.close_connection = cut > 0

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *args):
        pass  # a client that has given up


server = Server(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
# Its client may have left by now.
with suppress(BrokenPipeError):
    os.write(1, f"{server.server_port}\n".encode())
sys.stdin.read()
