#!/usr/bin/env python3
"""Counts what ThreadSanitizer reported: scripts/race-reports.py LOG; fails where a race stands.

The slow path of the standard library's Mutex waits in code that is not instrumented, so that a lock
two threads contended for looks to the sanitizer as if it were none. A report whose accesses both
lie within closures of Mutex.withLock in one source file, which is one lock here, is counted apart;
any other is printed and fails.
"""
import re
import sys

# How a closure that takes `inout sending` state, as withLock alone does here, is mangled.
WITH_LOCK = re.compile(r"zYuYTXEf\w*_.*?(\w+\.swift)")
ACCESS = re.compile(r"access of Swift variable|(?:[Rr]ead|[Ww]rite) of size")

text = open(sys.argv[1], errors="replace").read()
reports = re.findall(r"WARNING: ThreadSanitizer:.*?SUMMARY: ThreadSanitizer[^\n]*", text, re.S)
races = []
for report in reports:
    accesses = [part for part in report.split("\n\n") if ACCESS.search(part)]
    files = [set(WITH_LOCK.findall(part)) for part in accesses]
    if len(files) < 2 or not set.intersection(*files):
        races.append(report)
for race in races:
    print(race, end="\n\n")
print(f"race: {len(races)} races; {len(reports) - len(races)} reports of locks that the sanitizer does not see")
sys.exit(len(races) > 0)
