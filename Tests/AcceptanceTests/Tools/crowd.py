"""Fills a port with silent and dripping connections and asks through the crowd all the while.

    crowd.py PORT COUNT SECONDS

Prints {"asked","failed","slowest_seconds","open"}: `open` of COUNT connections were left at the end.
"""
import json
import resource
import socket
import sys
import time
import urllib.request

port, count, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 200), hard))

asked = failed = 0
slowest = 0.0


def ask():
    global asked, failed, slowest
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            answer.read()
    except OSError:
        failed += 1
    asked += 1
    slowest = max(slowest, time.monotonic() - began)


crowd = []
for number in range(count):
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    if number % 2:
        connection.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    crowd.append(connection)
    if number % 200 == 0:
        ask()

end = time.monotonic() + seconds
while time.monotonic() < end:
    ask()
    for connection in crowd[1::2]:
        try:
            connection.send(b"x")
        except OSError:
            pass
    time.sleep(0.25)

left = 0
for connection in crowd:
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
    except BlockingIOError:
        left += 1
    except OSError:
        pass
print(json.dumps({"asked": asked, "failed": failed, "slowest_seconds": slowest, "open": left}))
