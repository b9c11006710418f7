#!/usr/bin/env python3
"""What pandas, NumPy and the `holidays` package say of business calendars, for ClocksTests.

    scripts/calendars-differential.py [CASES]       default: 60000 of each of the first two kinds

Needs the packages that scripts/setup puts into .build-venv. Times are seconds on the wall as if it
were UTC; windows begin and end where no clock of their zone ever changes. On standard output:

    calendar ZONE WEEKDAYS WINDOWS HOLIDAYS
                                a calendar for the lines that follow: 1111100 from Monday on;
                                start-end,... in minutes; days since 1970-01-01, or -
    hours START COUNT ANSWER    START + CustomBusinessHour(COUNT)
    days START COUNT RAW ROLLED START + CustomBusinessDay(COUNT), and the same from the next
                                opening where START lies outside the windows
    span START END COUNT        numpy.busday_count of the days from START to END
    federal YEAR DAY...         days off of the United States' federal calendar, as days since
                                1970-01-01
"""
import io
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta

import holidays
import numpy
import pandas
from pandas.tseries.offsets import CustomBusinessDay, CustomBusinessHour

DAY = 86400
FIRST = date(2025, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
DAYS = 8 * 365
ZONES = [
    "UTC", "America/Los_Angeles", "America/Denver", "America/New_York", "Europe/London",
    "Europe/Zurich", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland", "America/Sao_Paulo",
]
EACH = 40  # lines of a kind for each calendar
FEDERAL = range(2025, 2033)


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def windows(draw):
    """One or two windows between 05:00 and 22:00, or now and then a night."""
    if draw.random() < 0.1:
        return [(draw.randrange(18 * 60, 24 * 60, 15), draw.randrange(60, 8 * 60, 15))]
    if draw.random() < 0.7:
        start = draw.randrange(5 * 60, 14 * 60, 15)
        return [(start, draw.randrange(start + 60, 22 * 60, 15))]
    marks = sorted(draw.sample(range(5 * 60, 22 * 60, 15), 4))
    return [(marks[0], marks[1]), (marks[2], marks[3])]


def answer(seed, lines):
    draw = random.Random(seed)
    hours = windows(draw)
    isNight = hours[0][1] < hours[0][0]
    # A night is on the wall what it is in hours only where no clock changes in it.
    zone = "UTC" if isNight else draw.choice(ZONES)
    weekdays = [draw.random() < (0.9 if day < 5 else 0.2) for day in range(7)]
    weekdays[draw.randrange(5)] = True
    mask = "".join("1" if day else "0" for day in weekdays)
    closed = sorted(draw.sample(range(FIRST, FIRST + DAYS), draw.randrange(0, 120)))
    if isNight and draw.random() < 0.5:
        closed = []
    closed_dates = [date(1970, 1, 1) + timedelta(days=day) for day in closed]
    starts = [clock(start) for start, _ in hours]
    ends = [clock(end) for _, end in hours]

    print("calendar", zone, mask, ",".join(f"{a}-{b}" for a, b in hours),
          ",".join(map(str, closed)) or "-", file=lines)
    hour_offsets = [
        (count, CustomBusinessHour(count, weekmask=mask, holidays=closed_dates,
                                   start=starts, end=ends))
        for count in (draw.randrange(1, 9), draw.randrange(1, 60))
    ]
    opening = CustomBusinessHour(weekmask=mask, holidays=closed_dates, start=starts, end=ends)
    day_offsets = [
        (count, CustomBusinessDay(count, weekmask=mask, holidays=closed_dates))
        for count in (draw.randrange(1, 6), draw.randrange(1, 30))
    ]

    def start():
        day = draw.choice(closed) if closed and draw.random() < 0.1 else draw.randrange(
            FIRST, FIRST + DAYS - 400)
        day += draw.randrange(-1, 2)
        # Away from the small hours, in which clocks change; often exactly at an edge.
        second = draw.randrange(4 * 3600, DAY)
        if draw.random() < 0.5:
            opens, closes = draw.choice(hours)
            second = draw.choice([opens * 60, closes * 60,
                                  draw.randrange(opens * 60, max(closes, opens + 1) * 60)])
        if isNight:
            # From the morning after, pandas skips nights where it steps whole days.
            second = max(second, 12 * 3600)
        return day * DAY + second

    def stamp(seconds):
        return pandas.Timestamp(seconds, unit="s")

    for index in range(EACH):
        count, offset = hour_offsets[index % len(hour_offsets)]
        at = start()
        print("hours", at, count, int((stamp(at) + offset).timestamp()), file=lines)
        if isNight and closed:
            continue  # which day a night on a holiday belongs to is no question of counting
        count, offset = day_offsets[index % len(day_offsets)]
        at = start()
        raw = stamp(at) + offset
        open_at = opening.rollforward(stamp(at))
        # At a closing pandas stays, as it counts closings among its business hours.
        if any(open_at == open_at.normalize() + pandas.Timedelta(minutes=end)
               for _, end in hours):
            open_at = opening.rollforward(stamp(at + 1))
        rolled = open_at + offset
        print("days", at, count, int(raw.timestamp()), int(rolled.timestamp()), file=lines)
    if not isNight:
        bounds = sorted(draw.sample(range(FIRST, FIRST + DAYS), 2))
        count = numpy.busday_count(
            *(numpy.datetime64(day, "D") for day in bounds), weekmask=mask,
            holidays=numpy.array(closed, dtype="datetime64[D]"))
        print("span", bounds[0] * DAY, bounds[1] * DAY, count, file=lines)


def answers(seeds):
    lines = io.StringIO()
    for seed in seeds:
        answer(seed, lines)
    return lines.getvalue()


def federal():
    """The days off themselves: a holiday observed on a neighbouring day is not one of its own."""
    named = holidays.US(years=range(FEDERAL.start - 1, FEDERAL.stop + 1), observed=True)
    off = set(named)
    for day, names in named.items():
        for name in names.split("; "):
            if name.endswith(" (observed)"):
                plain = name.removesuffix(" (observed)")
                beside = (day - timedelta(days=1), day + timedelta(days=1))
                off -= {other for other in beside if plain == named.get(other)}
    return sorted(off)


def main():
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    calendars = -(-cases // EACH)
    chunks = [range(first, min(first + 25, calendars)) for first in range(0, calendars, 25)]
    with ProcessPoolExecutor() as pool:
        for text in pool.map(answers, chunks):
            sys.stdout.write(text)
    off = federal()
    for year in FEDERAL:
        days = [day for day in off if day.year == year]
        print("federal", year, *(day.toordinal() - date(1970, 1, 1).toordinal() for day in days))


if __name__ == "__main__":
    main()
