"""Receives webhooks on loopback and writes each as a JSON line: receiver.py RECORD PORTFILE

The path says how it behaves: /hook answers 200, /status/503 that status, /slow/2 after two seconds,
/flaky 503 to the first attempt of each webhook-id and 200 from then on, /late/5 records at once and answers the
first attempt of each webhook-id five seconds later. Ends with its standard input.
"""
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
seen = set()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        arrived = time.time()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.answer(headers.get("webhook-id"))
        line = {"at": arrived, "path": self.path, "headers": headers, "body": body.decode(), "status": status}
        with lock:
            record.write(json.dumps(line) + "\n")
            record.flush()
        self.keep_waiting(headers.get("webhook-id"))
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def answer(self, key):
        parts = self.path.strip("/").split("/")
        if parts[0] == "status":
            return int(parts[1])
        if parts[0] == "slow":
            time.sleep(float(parts[1]))
        if parts[0] == "flaky":
            with lock:
                if key not in seen:
                    seen.add(key)
                    return 503
        return 200

    def keep_waiting(self, key):
        parts = self.path.strip("/").split("/")
        if parts[0] == "late":
            with lock:
                is_first = key not in seen
                seen.add(key)
            if is_first:
                time.sleep(float(parts[1]))

    def log_message(self, *_):
        pass


record = open(sys.argv[1], "w")
server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
with open(sys.argv[2] + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[2] + ".new", sys.argv[2])
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
