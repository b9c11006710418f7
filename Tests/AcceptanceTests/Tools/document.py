"""Serves a file with an ETag, and counts what it answers: document.py RECORD PORTFILE FILE

Each answer is a JSON line with its status. Ends with its standard input.
"""
import hashlib
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Document(BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[3], "rb") as file:
            body = file.read()
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        status = 304 if self.headers.get("If-None-Match") == etag else 200
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", "0" if status == 304 else str(len(body)))
        self.end_headers()
        if status == 200:
            self.wfile.write(body)
        record.write(json.dumps({"status": status, "authorization": self.headers.get("Authorization")}) + "\n")
        record.flush()

    def log_message(self, *words):
        pass


record = open(sys.argv[1], "w")
server = ThreadingHTTPServer(("127.0.0.1", 0), Document)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(sys.argv[2] + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[2] + ".new", sys.argv[2])
sys.stdin.read()
