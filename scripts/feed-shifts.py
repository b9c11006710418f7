#!/usr/bin/env python3
"""The shifts that icalendar and recurring-ical-events read from an iCalendar file, for ShapesTests.

    scripts/feed-shifts.py < FEED

Needs the Python packages icalendar and recurring-ical-events. Prints START END PEOPLE a line, as
UTC and joined by commas, in order of time, and last `uids N`, how many there are. Fails where the
file is not what RFC 5545 asks for: long lines, bare line feeds, properties with errors.
"""
import sys
from datetime import datetime, timezone

import icalendar
import recurring_ical_events


def utc(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def people(event):
    found = event.get("X-TOCSIN-PERSON", [])
    return ",".join(str(person) for person in (found if isinstance(found, list) else [found]))


def main():
    feed = sys.stdin.buffer.read()
    lines = feed.split(b"\r\n")
    if max(map(len, lines)) > 75 or lines[-1] or any(b"\n" in line for line in lines):
        sys.exit("lines are not ended by CRLF and folded at 75 octets")
    calendar = icalendar.Calendar.from_ical(feed)
    for part in calendar.walk():
        if getattr(part, "errors", None):
            sys.exit(f"{part.name}: {part.errors}")
    events = recurring_ical_events.of(calendar).between((2000, 1, 1), (2100, 1, 1))
    for event in sorted(events, key=lambda event: event["DTSTART"].dt):
        print(utc(event["DTSTART"].dt), utc(event["DTEND"].dt), people(event) or "-")
        if not isinstance(event["DTSTAMP"].dt, datetime) or int(event["SEQUENCE"]) != 0:
            sys.exit("DTSTAMP or SEQUENCE is missing")
    print("uids", len({str(event["UID"]) for event in events}))
    print("first", str(events[0]["SUMMARY"]) if events else "-")


if __name__ == "__main__":
    main()
