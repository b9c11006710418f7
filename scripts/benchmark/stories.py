"""The input of the scenario `batch`: cases and questions, the same on every run."""
import json
import random
from datetime import datetime, timedelta

CLOCKS, WHO, CASES = 1_000_000, 2_000_000, 100_000
ROTATIONS = ["support-primary", "support-secondary", "specialists", "leadership"]
START, DAYS = datetime(2026, 1, 5), 300


def text(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def opening(rng, index):
    opened = START + timedelta(seconds=rng.randrange(DAYS * 86400))
    return opened, {"policy": "quik", "priority": "P3" if index % 2 else "P1", "opened": text(opened)}


def told(rng, index):
    """A question for `clocks`: every other one a P1 without events, the rest a P3 with one to five."""
    at, case = opening(rng, index)
    if index % 2:
        case["events"] = []
        for _ in range(rng.randint(1, 5)):
            at += timedelta(seconds=rng.randrange(60, 86400))
            words = ["responded", "acknowledged", "updated", "pending:customer", "in_progress", "customer_wrote"]
            case["events"].append({"at": text(at), "event": rng.choice(words)})
    case["at"] = text(at + timedelta(seconds=rng.randrange(86400)))
    return case


def past(rng, index):
    """A case for `backtest`: acknowledged, answered, updated up to four times and resolved.

    Of a P1 somebody says a word at least every 50 min, so that nobody is paged for it again; a P3 takes days.
    """
    at, case = opening(rng, index)
    case["id"] = str(index)
    case["events"] = []
    minutes = [(1, 40), (1, 30), (20, 50), (20, 50)] if index % 2 == 0 else \
        [(10, 1440), (10, 240), (1440, 7200), (60, 2880)]
    names = ["acknowledged", "responded", *["updated"] * rng.randint(0, 4), "resolved"]
    for name in names:
        low, high = minutes[["acknowledged", "responded", "updated", "resolved"].index(name)]
        at += timedelta(seconds=rng.randrange(low * 60, high * 60))
        case["events"].append({"at": text(at), "event": name})
    return case


def asked(rng, index):
    """A question for `who`."""
    return {"rotation": ROTATIONS[index % len(ROTATIONS)], "at": text(opening(rng, index)[0])}


def write(folder):
    for name, count, line in (("clocks", CLOCKS, told), ("who", WHO, asked), ("cases", CASES, past)):
        rng = random.Random(7)
        with open(folder / name, "w") as file:
            for index in range(count):
                print(json.dumps(line(rng, index)), file=file)
