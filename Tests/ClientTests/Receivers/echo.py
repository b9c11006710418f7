"""A web server on a unix socket that answers with the request as it saw it, until it is killed or its
standard input closes. The path of the socket is its argument; prints a line once it listens.
"""
import http.server
import json
import os
import socketserver
import sys
import threading
import time


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/slow":
            time.sleep(5)
        status = int(self.path.split("/")[2]) if self.path.startswith("/status/") else 200
        seen = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): text for name, text in self.headers.items()},
            "body": body.decode(),
        }
        reply = json.dumps(seen).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", '"7"')
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def address_string(self):
        return "client"

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


threading.Thread(target=Server(sys.argv[1], Echo).serve_forever, daemon=True).start()
print("listening", flush=True)
sys.stdin.read()
os._exit(0)
