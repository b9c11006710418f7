#!/usr/bin/env python3
"""What dateutil and recurring-ical-events say of random handoffs, for OnCallTests to compare.

    scripts/rotations-differential.py [SEED [RULES]]      default: 1, 10 rules a zone

Needs the Python packages python-dateutil, icalendar and recurring-ical-events. Each distinct zone
of the machine gets RULES random rules whose handoffs dateutil lists, and one more that
recurring-ical-events reads from an iCalendar file. On standard output:

    zone NAME
    rule JUDGE UNIT EVERY DAY FROM AT PEOPLE
                                UNIT is hours, elapsed, days, weeks or months; DAY a weekday from 1
                                or a day of the month; AT seconds after midnight
    at INSTANT[~JUDGE'S]...     the handoffs from the first on; where the judge moves a local time
                                that clocks skip otherwise than R-29 does, its own after the tilde
    ask INSTANT:TURN...         at random instants, the number of the turn

and last `short N`, the months that BYMONTHDAY=31 and the like leave out, which rule 11 gives to
their last day.
"""
import bisect
import os
import random
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import recurring_ical_events
from dateutil.rrule import DAILY, HOURLY, MONTHLY, WEEKLY, rrule

FOLDER = "/usr/share/zoneinfo"
HANDOFFS = 40
QUESTIONS = 32
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
UTC = timezone.utc


def zones():
    """One name for each distinct zone file."""
    found = {}
    for name in sorted(available_timezones()):
        try:
            with open(os.path.join(FOLDER, name), "rb") as stream:
                found.setdefault(stream.read(), name)
        except OSError:
            pass
    return sorted(name for name in found.values() if name not in ("Factory", "localtime"))


def seconds(moment):
    return (moment - EPOCH) // timedelta(seconds=1)


def instants(local, zone):
    """Of a local time: its instant by R-29, and by Python's own reading (RFC 5545's as well)."""
    own = seconds(local.replace(tzinfo=zone).astimezone(UTC))
    shown = (EPOCH + timedelta(seconds=own)).astimezone(zone).replace(tzinfo=None)
    if shown == local:
        return own, own
    before = local.replace(tzinfo=zone).utcoffset()
    after = local.replace(tzinfo=zone, fold=1).utcoffset()
    # The clocks change after `low` and not after `high`.
    low, high = seconds(local.replace(tzinfo=UTC) - after), own
    while high - low > 1:
        middle = (low + high) // 2
        changed = (EPOCH + timedelta(seconds=middle)).astimezone(zone).utcoffset() != before
        low, high = (low, middle) if changed else (middle, high)
    return high, own


def offset(second, zone):
    return (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()


def changes(zone, year):
    """The instants of a year at which the zone's offset changes."""
    first, last = (seconds(datetime(number, 1, 1, tzinfo=UTC)) for number in (year, year + 1))
    found = []
    for low in range(first, last, 86400):
        high = low + 86400
        before = offset(low, zone)
        if before == offset(high, zone):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(middle, zone) != before else (middle, high)
        found.append(high)
    return found


class Rule:
    def __init__(self, draw, readable, zone):
        units = ["days", "weeks", "months"] + ([] if readable else ["hours", "elapsed"])
        self.unit = draw.choice(units)
        self.start = date(draw.randrange(2000, 2090), 1, 1) + timedelta(days=draw.randrange(365))
        self.at = draw.choice([draw.randrange(0, 16) * 900, draw.randrange(0, 96) * 900])
        self.people = draw.randrange(2, 6)
        self.day = 0
        if self.unit == "hours":
            self.every = draw.choice([1, 2, 3, 4, 6, 8, 12])
        elif self.unit == "elapsed":
            self.every = draw.choice([5, 7, 9, 10, 36, 48, 100])
        elif self.unit == "days":
            self.every = draw.randrange(1, 11)
        elif self.unit == "weeks":
            self.every = draw.randrange(1, 7)
            self.day = self.start.isoweekday()
        else:
            self.every = draw.randrange(1, 7)
            self.day = draw.choice([draw.randrange(1, 32), 29, 30, 31])
            self.start = self.start.replace(day=min(self.day, last_day(self.start)))
        if self.unit != "elapsed" and draw.randrange(2):
            self.aim(draw, zone)

    def aim(self, draw, zone):
        """Lets a handoff fall into the hours around a change of the clocks, where there is one."""
        found = changes(zone, self.start.year)
        if not found:
            return
        change = draw.choice(found)
        walls = [change + offset(change + edge, zone) // timedelta(seconds=1) for edge in (-1, 0)]
        local = draw.randrange(min(walls) // 900 - 1, max(walls) // 900 + 2) * 900
        day = date(1970, 1, 1) + timedelta(days=local // 86400)
        turns = draw.randrange(0, HANDOFFS)
        if self.unit == "months":
            self.every, self.day = 1, day.day
            index = day.year * 12 + day.month - 1 - turns
            self.start = date(index // 12, index % 12 + 1, 1)
            self.start = self.start.replace(day=min(self.day, last_day(self.start)))
        elif self.unit == "hours":
            self.start = day
        else:
            days = self.every * {"days": 1, "weeks": 7}[self.unit]
            self.start = day - timedelta(days=days * turns)
        self.day = self.start.isoweekday() if self.unit == "weeks" else self.day
        self.at = local % (self.every * 3600 if self.unit == "hours" else 86400)

    @property
    def first(self):
        return datetime(self.start.year, self.start.month, self.start.day) + timedelta(
            seconds=self.at
        )

    def words(self, judge):
        return (
            f"rule {judge} {self.unit} {self.every} {self.day} {self.start} {self.at} {self.people}"
        )

    def by_dateutil(self, zone):
        if self.unit == "elapsed":
            start = EPOCH + timedelta(seconds=instants(self.first, zone)[0])
            listed = rrule(HOURLY, interval=self.every, dtstart=start, count=HANDOFFS)
            return [(seconds(moment),) * 2 for moment in listed]
        options = {"interval": self.every, "dtstart": self.first, "count": HANDOFFS}
        if self.unit == "months" and self.day > 28:
            # The last of these days that a month has.
            options.update(bymonthday=range(28, self.day + 1), bysetpos=-1)
        elif self.unit == "months":
            options.update(bymonthday=self.day)
        frequency = {"hours": HOURLY, "days": DAILY, "weeks": WEEKLY, "months": MONTHLY}
        return [instants(local, zone) for local in rrule(frequency[self.unit], **options)]

    def months_left_out(self):
        if self.unit != "months" or self.day <= 28:
            return 0
        plain = {"interval": self.every, "dtstart": self.first, "bymonthday": self.day}
        full = dict(plain, bymonthday=range(28, self.day + 1), bysetpos=-1)
        until = list(rrule(MONTHLY, count=HANDOFFS, **full))[-1]
        return HANDOFFS - len(list(rrule(MONTHLY, until=until, **plain)))

    def by_calendar(self, zone, name):
        part = {"days": "DAILY", "weeks": "WEEKLY", "months": "MONTHLY"}[self.unit]
        more = ""
        if self.unit == "months" and self.day > 28:
            days = ",".join(str(day) for day in range(28, self.day + 1))
            more = f";BYMONTHDAY={days};BYSETPOS=-1"
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//test//EN",
            "BEGIN:VEVENT",
            "UID:1",
            "DTSTAMP:20000101T000000Z",
            f"DTSTART;TZID={name}:{self.first:%Y%m%dT%H%M%S}",
            f"RRULE:FREQ={part};INTERVAL={self.every}{more};COUNT={HANDOFFS}",
            "DURATION:PT1M",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        calendar = icalendar.Calendar.from_ical("\r\n".join(lines))
        days = self.every * {"days": 1, "weeks": 7, "months": 31}[self.unit] * (HANDOFFS + 2)
        listed = recurring_ical_events.of(calendar).between(
            self.first - timedelta(days=2), self.first + timedelta(days=days)
        )
        starts = [event["DTSTART"].dt for event in listed]
        # The library may carry on with a time that the clocks skip: its wall is what is compared.
        return [
            (instants(start.replace(tzinfo=None, fold=0), zone)[0], seconds(start.astimezone(UTC)))
            for start in sorted(starts, key=lambda start: start.replace(tzinfo=None))
        ]


def last_day(day):
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def say(rule, judge, handoffs, draw):
    print(rule.words(judge))
    print("at", *(f"{ours}" if ours == own else f"{ours}~{own}" for ours, own in handoffs))
    starts = [ours for ours, _ in handoffs]
    span = range(starts[0], starts[-1])
    asked = [draw.choice(span) if draw.randrange(4) else draw.choice(starts[:-1]) - draw.randrange(2)
             for _ in range(QUESTIONS)]
    turns = ((moment, bisect.bisect_right(starts, moment) - 1) for moment in asked)
    print("ask", *(f"{moment}:{turn}" for moment, turn in turns if turn >= 0))


def main():
    seed = int(sys.argv[1], 0) if len(sys.argv) > 1 else 1
    rules = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    short = 0
    for name in zones():
        draw = random.Random(f"{seed} {name}")
        zone = ZoneInfo(name)
        print("zone", name)
        for _ in range(rules):
            rule = Rule(draw, False, zone)
            say(rule, "dateutil", rule.by_dateutil(zone), draw)
            short += rule.months_left_out()
        rule = Rule(draw, True, zone)
        say(rule, "recurring-ical-events", rule.by_calendar(zone, name), draw)
    print("short", short)


if __name__ == "__main__":
    main()
