#!/usr/bin/env python3
"""What Python's zoneinfo says of every time zone on this machine, for CivilTimeTests to compare.

    scripts/zones-differential.py [FOLDER]      default: the first folder of zoneinfo.TZPATH

Each distinct TZif file outside posix/ and right/ is asked once; names with the same bytes share
the answer. For each file, on standard output:

    zone NAME [NAME...]         its names
    hours OFFSET*COUNT...       seconds east of UTC at every full hour from 2024-01-01T00:00Z
                                to 2033-01-01T00:00Z, the end left out; equal neighbours folded
    at INSTANT OFFSET ABBREVIATION
                                at each change among those hours, and at instants drawn with a
                                fixed seed from the years 1850 to 9990
    walls START FIRST,SECOND*COUNT...
                                around each change, every 5 min on the wall: the offsets for
                                fold=0 and fold=1, from START in seconds as if the wall were UTC
"""
import hashlib
import itertools
import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import TZPATH, ZoneInfo

HOUR = 3600
FIRST = 1704067200  # 2024-01-01T00:00Z
LAST = 1988150400  # 2033-01-01T00:00Z
HOURS = range(FIRST, LAST, HOUR)
WALL_STEP = 300
SAMPLES = range(-3786825600, 253086940800)  # 1850 to 9990
SAMPLES_EACH = 100
EPOCH = datetime(1970, 1, 1)


def zone_files(folder):
    """The names of each distinct file: bytes -> names."""
    names = {}
    for place, folders, files in os.walk(folder):
        if place == folder:
            folders[:] = [name for name in folders if name not in ("posix", "right")]
        for file in files:
            path = os.path.join(place, file)
            with open(path, "rb") as stream:
                content = stream.read()
            if content[:4] == b"TZif":
                names.setdefault(content, []).append(os.path.relpath(path, folder))
    return sorted(sorted(group) for group in names.values())


def folded(values):
    return " ".join(f"{value}*{sum(1 for _ in group)}" for value, group in itertools.groupby(values))


def hourly(zone):
    locals_ = map(datetime.fromtimestamp, HOURS, itertools.repeat(zone))
    runs = itertools.groupby(map(datetime.utcoffset, locals_))
    return [(seconds(offset), sum(1 for _ in group)) for offset, group in runs]


def seconds(offset):
    return offset.days * 86400 + offset.seconds


def at(zone, instant):
    local = datetime.fromtimestamp(instant, zone)
    return f"at {instant} {seconds(local.utcoffset())} {local.tzname()}"


def walls(zone, change, before, after):
    width = 3 * HOUR + abs(after - before)
    start = change + min(before, after) - width
    start -= start % WALL_STEP
    values = []
    for wall in range(start, change + max(before, after) + width, WALL_STEP):
        local = (EPOCH + timedelta(seconds=wall)).replace(tzinfo=zone)
        first = seconds(local.utcoffset())
        second = seconds(local.replace(fold=1).utcoffset())
        values.append(f"{first},{second}")
    return f"walls {start} {folded(values)}"


def answers(task):
    folder, names = task
    with open(os.path.join(folder, names[0]), "rb") as stream:
        zone = ZoneInfo.from_file(stream, key=names[0])
    runs = hourly(zone)
    lines = ["zone " + " ".join(names)]
    lines.append("hours " + " ".join(f"{offset}*{count}" for offset, count in runs))
    change = FIRST
    for (before, count), (after, _) in itertools.pairwise(runs):
        change += count * HOUR
        lines.append(at(zone, change))
        lines.append(walls(zone, change, before, after))
    # The name seeds the draw, so that a failure is the same tomorrow.
    draw = random.Random(hashlib.sha256(names[0].encode()).digest())
    lines += [at(zone, draw.choice(SAMPLES)) for _ in range(SAMPLES_EACH)]
    return "\n".join(lines)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else next(filter(os.path.isdir, TZPATH))
    tasks = [(folder, names) for names in zone_files(folder)]
    # An executor ends its workers by asking; Pool sends SIGTERM, which a caller may have blocked.
    with ProcessPoolExecutor() as pool:
        for answer in pool.map(answers, tasks):
            print(answer)


if __name__ == "__main__":
    main()
