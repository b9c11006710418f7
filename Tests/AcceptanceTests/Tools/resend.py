"""Sends cases again and again, over 64 connections at once: resend.py PORT COUNT CASES

Every second case has a key of its own, the others come under one Idempotency-Key each. Sixteen in a row are of one
case, and after the last the first comes round again. Prints what was answered:
{"KEY": {"numbers": [NUMBER...], "created": 201s}}.
"""
import concurrent.futures
import http.client
import json
import sys
import threading

port, count, cases = (int(word) for word in sys.argv[1:4])
mine = threading.local()
lock = threading.Lock()
answers = {}


def send(index):
    if not hasattr(mine, "connection"):
        mine.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    which = index // 16 % cases
    key = f"resend-{which}"
    case = {"policy": "quik", "priority": "P1", "customer": "Northwind", "title": f"case {which}"}
    headers = {"Content-Type": "application/json"}
    if which % 2 == 0:
        case["key"] = key
    else:
        headers["Idempotency-Key"] = key
    mine.connection.request("POST", "/v1/cases", json.dumps(case), headers)
    answer = mine.connection.getresponse()
    body = json.loads(answer.read())
    if answer.status not in (200, 201):
        raise SystemExit(f"resend: {answer.status} {body}")
    with lock:
        kept = answers.setdefault(key, {"numbers": set(), "created": 0})
        kept["numbers"].add(body["number"])
        kept["created"] += answer.status == 201


with concurrent.futures.ThreadPoolExecutor(64) as pool:
    for _ in pool.map(send, range(count)):
        pass
print(json.dumps({key: {**kept, "numbers": sorted(kept["numbers"])} for key, kept in answers.items()}))
