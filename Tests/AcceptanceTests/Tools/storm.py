"""Opens cases as fast as they are taken, over 64 connections: storm.py PORT COUNT

Prints when each was answered: {"NUMBER": seconds since 1970}.
"""
import concurrent.futures
import http.client
import json
import sys
import threading
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
mine = threading.local()


def open_case(index):
    if not hasattr(mine, "connection"):
        mine.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    case = {"policy": "quik", "priority": "P1", "customer": "Northwind",
            "title": f"case {index}", "key": f"storm-{index}"}
    mine.connection.request(
        "POST", "/v1/cases", json.dumps(case), {"Content-Type": "application/json"}
    )
    answer = mine.connection.getresponse()
    body = json.loads(answer.read())
    if answer.status != 201:
        raise SystemExit(f"storm: {answer.status} {body}")
    return body["number"], time.time()


with concurrent.futures.ThreadPoolExecutor(64) as pool:
    print(json.dumps(dict(pool.map(open_case, range(1, count + 1)))))
