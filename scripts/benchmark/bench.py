#!/usr/bin/env python3
"""Measures Tocsin from outside and prints each figure beside its aim; see README.md."""
import argparse
import json
import os
import platform
import random
import shutil
import signal
import socket
import string
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import stories

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def free_port():
    with socket.socket() as handle:
        handle.bind(("127.0.0.1", 0))
        return handle.getsockname()[1]


def percentile(values, share):
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else float("nan")


def milliseconds(nanoseconds):
    return round(nanoseconds / 1e6, 2)


class Sink:
    """The receiver in C, running."""

    def __init__(self, program):
        self.http, self.smtp = free_port(), free_port()
        self.process = subprocess.Popen([program, "--http", str(self.http), "--smtp", str(self.smtp)])
        for _ in range(200):
            try:
                self.stats()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("bench: the sink did not start")

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=60) as answer:
            return answer.read()

    def stats(self):
        return json.loads(self.ask("/_stats"))

    def arrivals(self, run):
        """Number of the case to the instants its pages arrived at, in order."""
        found = {}
        for line in self.ask("/_dump").splitlines():
            at, of, number = map(int, line.split())
            if of == run:
                found.setdefault(number, []).append(at)
        return {number: sorted(at) for number, at in found.items()}

    def wait_for(self, pages, seconds, quiet=10):
        """Until that many pages are in, time is up, or none has come for `quiet` seconds."""
        end, last, since = time.time() + seconds, -1, time.time()
        while time.time() < end:
            seen = self.stats()["pages"]
            if seen >= pages:
                return
            if seen != last:
                last, since = seen, time.time()
            elif time.time() - since > quiet:
                return
            time.sleep(0.05)


class Target:
    """A pager under measurement, in a folder of its own."""

    def __init__(self, sink, folder):
        self.sink, self.folder, self.port, self.process = sink, folder, free_port(), None

    def start(self, **settings):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.configure(**settings)
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(self.command(**settings), cwd=self.folder, stdout=log, stderr=log)
        end = time.time() + 30
        while time.time() < end:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                time.sleep(0.3)
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"bench: {self.name} did not start:\n" + (self.folder / "log").read_text()[-2000:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def resident_megabytes(self):
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return round(int(fields[1]) * PAGE_BYTES / 1048576, 1)

    def cpu_seconds(self):
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = text[text.rindex(")") + 2:].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


class Tocsin(Target):
    name = "Tocsin"

    def __init__(self, sink, folder, binary):
        super().__init__(sink, folder)
        self.binary = binary
        self.key = "".join(random.choices(string.ascii_lowercase + string.digits, k=32))

    def configure(self, mail=False, repeat="240 min", **_):
        contact = "email: bench@example.com" if mail else "hook: bench"
        files = {
            "config/secrets/key": self.key + "\n",
            "config/secrets/hook": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
            "config/people.yaml": f"""format: 1
timezone: Europe/Berlin
people:
  bench: {{name: Bench, contacts: {{{contact}}}, page: [{{use: {contact.split(':')[0]}}}]}}
""",
            "rotations/bench.yaml": """format: 1
timezone: Europe/Berlin
rotations:
  bench-desk:
    if_nobody: [bench]
    layers:
      - name: week
        handoff: {every: 1 week, day: monday, at: "09:00"}
        members: [{from: 2025-01-06, order: [bench], first: bench}]
""",
            "config/policies/bench.yaml": f"""format: 1
calendars: {{always: 24x7}}
policies:
  bench:
    title: One page at once and nothing else for a day
    default_priority: {{any: P1}}
    priorities:
      P1: {{title: Critical, urgency: page, calendar: always, response: 24 h, ladder: bench}}
ladders:
  bench:
    steps: [{{at: 0%, page: [bench-desk]}}]
    leadership: [bench-desk]
    last_resort: [bench]
    repeat: {{every: {repeat}}}
""",
            "config/tocsin.yaml": f"""format: 1
listen: 127.0.0.1:{self.port}
allow_networks: [127.0.0.0/8]
mail: {{smtp: "smtp://127.0.0.1:{self.sink.smtp}", starttls: off, from: tocsin@pager.example.com}}
channels:
  hook: {{type: webhook, url: "http://127.0.0.1:{self.sink.http}/hook", secret_file: secrets/hook}}
intake:
  bench: {{dialect: pagerduty, key_file: secrets/key, policy: bench, customer: Northwind, priorities: {{critical: P1}}}}
limits: {{enqueue_per_minute: 10000000, requests_per_minute: 10000000}}
log: {{format: logfmt, level: warning}}
""",
        }
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            if "secrets" in name:
                path.chmod(0o600)
        (self.folder / "item").write_text(json.dumps({
            "routing_key": self.key, "event_action": "trigger", "dedup_key": "@T@",
            "payload": {"summary": "replication lag on node @N@ (@T@)", "source": "node-@N@", "severity": "critical"},
        }))

    def command(self, speed=1, **_):
        return [self.binary, "run"] + (["--rehearsal", str(speed)] if speed > 1 else [])

    path = "/v2/enqueue"


class Alertmanager(Target):
    name = "Alertmanager"
    path = "/api/v2/alerts"
    binary = shutil.which("prometheus-alertmanager")

    def configure(self, mail=False, repeat_seconds=14400, **_):
        if mail:
            receiver = """email_configs: [{to: bench@example.com, send_resolved: false, html: '', text: '{{ .CommonLabels.case }}'}]"""
        else:
            receiver = f"webhook_configs: [{{url: 'http://127.0.0.1:{self.sink.http}/hook', send_resolved: false}}]"
        (self.folder / "am.yml").write_text(f"""global: {{smtp_smarthost: '127.0.0.1:{self.sink.smtp}', smtp_from: am@example.com, smtp_require_tls: false, smtp_hello: localhost, resolve_timeout: 24h}}
route: {{receiver: page, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: {repeat_seconds}s}}
receivers:
  - name: page
    {receiver}
""")
        (self.folder / "item").write_text(json.dumps([{
            "labels": {"alertname": "Case", "case": "@T@", "severity": "critical"},
            "annotations": {"summary": "replication lag on node @N@"},
            "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z",
        }]))

    def command(self, **_):
        return [self.binary, "--config.file=am.yml", "--storage.path=data", "--cluster.listen-address=",
                f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"]


class Bench:
    def __init__(self, options):
        self.options = options
        self.out = REPOSITORY / ".build-bench"
        self.out.mkdir(exist_ok=True)
        for program in ("sink", "opener"):
            source, built = HERE / f"{program}.c", self.out / program
            if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
                subprocess.run(["cc", "-O2", "-o", built, source], check=True)
        self.sink = Sink(self.out / "sink")
        self.tocsin = Tocsin(self.sink, self.out / "tocsin", str(Path(options.binaries).resolve() / "tocsin"))
        self.peer = Alertmanager(self.sink, self.out / "alertmanager")
        self.run_number = int(time.time()) % 1000000
        self.rows = []

    def open_cases(self, target, count, rate=0, connections=64):
        """Opens them; gives the run's number and each case's (sent, answered) in nanoseconds."""
        self.run_number += 1
        log = self.out / "opened"
        done = subprocess.run(
            [self.out / "opener", "--port", str(target.port), "--path", target.path, "--item", target.folder / "item",
             "--run", str(self.run_number), "--count", str(count), "--rate", str(rate),
             "--connections", str(connections), "--log", log])
        if done.returncode:
            print(f"bench: {target.name} refused some of {count} cases", file=sys.stderr)
        opened = {}
        for line in log.read_text().splitlines():
            number, sent, answered, status = map(int, line.split())
            if 200 <= status < 300:
                opened[number] = (sent, answered)
        return self.run_number, opened

    def row(self, what, figure, unit, aim, target):
        self.rows.append((what, figure, unit, aim, target.name))
        print(f"{target.name:<13} {what:<58} {figure:>12} {unit:<12} {aim}", flush=True)

    def latency(self, target):
        target.start()
        self.open_cases(target, 20, rate=20)
        time.sleep(1)
        self.sink.ask("/_reset")
        run, opened = self.open_cases(target, 300, rate=10, connections=8)
        self.sink.wait_for(300, 30)
        arrived = self.sink.arrivals(run)
        waits = [arrived[n][0] - opened[n][0] for n in opened if n in arrived]
        self.row("open to first page at 10 a second, p50", milliseconds(percentile(waits, 50)), "ms", "aim 1; Alertmanager 0.8", target)
        self.row("  p99", milliseconds(percentile(waits, 99)), "ms", "aim 3; Alertmanager 2.0", target)
        self.row("  pages missing", len(opened) - len(waits), "of 300", "aim 0", target)
        target.stop()

    def intake(self, target):
        """1,000 cases a second held for a minute: answers and pages stay quick."""
        if target is not self.tocsin:
            return
        target.start()
        self.open_cases(target, 100, rate=100)
        self.sink.ask("/_reset")
        count = self.options.rate * self.options.seconds
        run, opened = self.open_cases(target, count, rate=self.options.rate)
        self.sink.wait_for(count, 60)
        arrived = self.sink.arrivals(run)
        answers = [answered - sent for sent, answered in opened.values()]
        waits = [arrived[n][0] - opened[n][0] for n in opened if n in arrived]
        what = f"{self.options.rate:,} cases a second for {self.options.seconds} s, answered p50"
        self.row(what, milliseconds(percentile(answers, 50)), "ms", "", target)
        self.row("  answered p99", milliseconds(percentile(answers, 99)), "ms", "aim 100", target)
        self.row("  open to page p99", milliseconds(percentile(waits, 99)), "ms", "aim 1,000", target)
        self.row("  refused / pages missing", f"{count - len(opened)} / {len(opened) - len(waits)}", "", "aim 0 / 0", target)
        target.stop()

    def crowd(self, target):
        """2,000 silent and dripping connections stand there while cases are opened and paged."""
        if target is not self.tocsin:
            return
        target.start()
        self.open_cases(target, 20, rate=20)
        self.sink.ask("/_reset")
        with open(self.out / "crowd", "w") as said:
            tool = REPOSITORY / "Tests/AcceptanceTests/Tools/crowd.py"
            crowd = subprocess.Popen([sys.executable, tool, str(target.port), "2000", "16"], stdout=said)
            time.sleep(2)
            run, opened = self.open_cases(target, 100, rate=10, connections=8)
            self.sink.wait_for(100, 30)
            crowd.wait()
        arrived = self.sink.arrivals(run)
        waits = [arrived[n][0] - opened[n][0] for n in opened if n in arrived]
        self.row("beside 2,000 idle and slow connections, open to page p50", milliseconds(percentile(waits, 50)), "ms", "", target)
        self.row("  p99", milliseconds(percentile(waits, 99)), "ms", "aim 100", target)
        self.row("  refused / pages missing", f"{100 - len(opened)} / {len(opened) - len(waits)}", "", "aim 0 / 0", target)
        asked = json.loads((self.out / "crowd").read_text())
        self.row("  slowest answer / failed", f"{asked['slowest_seconds'] * 1000:.0f} ms / {asked['failed']}", "", "aim 500 ms / 0", target)
        target.stop()

    def burst(self, target, what, count, aim, delay=0, mail=False):
        target.start(mail=mail)
        self.sink.ask(f"/_set?delay_ms={delay}")
        self.sink.ask("/_reset")
        before = target.cpu_seconds()
        run, opened = self.open_cases(target, count)
        self.sink.wait_for(count, 240)
        cpu = target.cpu_seconds() - before
        arrived, stats = self.sink.arrivals(run), self.sink.stats()
        start = min(sent for sent, _ in opened.values())
        first = [arrived[n][0] for n in opened if n in arrived]
        unit = "mails/s" if mail else "pages/s"
        self.row(what, round(len(first) / ((max(first) - start) / 1e9)) if first else 0, unit, aim, target)
        answered = max(answered for _, answered in opened.values())
        self.row("  cases answered", round(len(opened) / ((answered - start) / 1e9)), "cases/s", "", target)
        waits = [arrived[n][0] - opened[n][0] for n in opened if n in arrived]
        self.row("  open to page, p50 / p99", f"{milliseconds(percentile(waits, 50))} / {milliseconds(percentile(waits, 99))}", "ms", "", target)
        self.row("  processor time a page", round(cpu * 1000 / max(1, len(first)), 3), "ms", "", target)
        self.row("  pages missing / doubled", f"{count - len(first)} / {sum(len(at) > 1 for at in arrived.values())}", "", "aim 0 / 0", target)
        peak = stats["smtp_peak" if mail else "http_peak"]
        made = stats["smtp_connections" if mail else "http_connections"]
        self.row("  connections made / open at once", f"{made} / {peak}", "", "", target)
        self.sink.ask("/_set?delay_ms=0")
        target.stop()

    def storm(self, target):
        count = self.options.cases
        self.burst(target, f"storm: {count:,} cases over 64 connections", count, "aim 10,000 (20,000); Alertmanager 6,800-8,400")

    def slow(self, target):
        count = self.options.cases
        self.burst(target, f"receiver that takes 50 ms: {count:,} cases", count, "aim 6,300; Alertmanager 6,343", delay=50)

    def mail(self, target):
        count = self.options.cases
        self.burst(target, f"mail: {count:,} cases", count, "aim 10,000; Alertmanager 2,700", mail=True)

    def repeats(self, target):
        # All at once asks for as many pages a second as a storm, again and again; spread over the interval, as
        # cases come in life, shows how exactly one repeat follows another.
        self.repeat(target, "opened at once", 0)
        self.repeat(target, "opened over 10 s", self.options.cases // 10)

    def repeat(self, target, how, rate):
        interval, count, rounds = 10, self.options.cases, 5
        # The files' floor is a minute: six times as fast as time, that is ten seconds.
        target.start(repeat="1 min", speed=6, repeat_seconds=interval)
        self.sink.ask("/_reset")
        run, opened = self.open_cases(target, count, rate=rate)
        before, since = target.cpu_seconds(), time.time()
        time.sleep(interval * rounds + 5)
        share = (target.cpu_seconds() - before) / (time.time() - since) * 100
        arrived = self.sink.arrivals(run)
        step = interval * 1_000_000_000
        late = [b - a - step for at in arrived.values() for a, b in zip(at, at[1:])]
        last = [at[rounds] - at[0] - rounds * step for at in arrived.values() if len(at) > rounds]
        self.row(f"repeats every 10 s, {count:,} {how}, late, p50 / p99", f"{milliseconds(percentile(late, 50))} / {milliseconds(percentile(late, 99))}", "ms", "aim 5; Alertmanager 1,300", target)
        self.row(f"  drift after {rounds}, p50 / p99", f"{milliseconds(percentile(last, 50))} / {milliseconds(percentile(last, 99))}", "ms", "aim 0; Alertmanager 2,100", target)
        self.row("  fewest repeats of a case", min((len(at) - 1 for at in arrived.values()), default=0), "", f"aim {rounds}", target)
        self.row("  processor time meanwhile", round(share, 1), "% of a core", "", target)
        target.stop()

    def memory(self, target):
        target.start()
        self.row("resident with nothing open", target.resident_megabytes(), "MB", "aim under 100", target)
        open_now = 0
        for total, aim in (
            (self.options.cases, "aim under 100; Alertmanager 283"),
            (self.options.cases * 10, "aim under 100; Alertmanager 1,880"),
        ):
            self.sink.ask("/_reset")
            self.open_cases(target, total - open_now)
            self.sink.wait_for(total - open_now, 240)
            open_now = total
            time.sleep(5)
            self.row(f"resident with {total:,} open", target.resident_megabytes(), "MB", aim, target)
        time.sleep(5)
        before, since = target.cpu_seconds(), time.time()
        time.sleep(self.options.idle)
        share = (target.cpu_seconds() - before) / (time.time() - since) * 100
        self.row(f"idle with {open_now:,} open", round(share, 2), "% of a core", "aim under 0.5", target)
        target.stop()

    def questions(self, target):
        if target is self.peer:
            return
        bench = Path(self.options.binaries).resolve() / "Bench"
        ran = subprocess.run([bench, REPOSITORY], capture_output=True, text=True)
        if ran.returncode:
            raise SystemExit(f"bench: {ran.stderr}")
        told = json.loads(ran.stdout)
        self.row("who is on call at an instant", round(told["who_ns"]), "ns", "aim under 1,000", target)
        self.row(f"a year of shifts ({told['stretches']:,} of them)", round(told["shifts_year_ms"], 3), "ms", "aim under 1", target)

    def batch(self, target):
        if target is self.peer:
            return
        folder = self.out / "batch"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        rules = ["--config", REPOSITORY / "config", "--rotations", REPOSITORY / "rotations"]
        stories.write(folder)
        shutil.copytree(REPOSITORY / "config", folder / "changed/config", ignore=shutil.ignore_patterns("secrets"))
        ladders = folder / "changed/config/ladders.yaml"
        before, after = "{at: 30%, page: [support-secondary]}", "{at: 25%, page: [support-secondary]}"
        if before not in ladders.read_text():
            raise SystemExit("bench: the shipped ladders have no step at 30 % to change")
        ladders.write_text(ladders.read_text().replace(before, after))

        def seconds(*words, runs=3):
            """Of the quickest run: whatever else runs on the machine only adds."""
            taken = []
            for _ in range(runs):
                since = time.monotonic()
                subprocess.run([target.binary, *words, *rules], stdout=subprocess.DEVNULL, check=True)
                taken.append(time.monotonic() - since)
            return min(taken)

        clocks = stories.CLOCKS / seconds("clocks", "--batch", folder / "clocks")
        self.row("clocks, a batch of cases: P1, and P3 with 1 to 5 events", round(clocks), "cases/s", "aim 200,000", target)
        who = stories.WHO / seconds("who", "--batch", folder / "who")
        self.row("who, a batch of instants", round(who), "answers/s", "aim 1,000,000", target)
        check = seconds("check", runs=20) * 1000
        self.row("check of the shipped files", round(check, 1), "ms", "aim 50", target)
        words = ["backtest", "--cases", folder / "cases", "--against", folder / "changed"]
        self.row(f"backtest of {stories.CASES:,} cases, half of them changed", round(seconds(*words, runs=1), 2), "s", "aim 5", target)

    def print_table(self):
        cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
        with open(self.out / "results.md", "w") as file:
            when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
            print(f"{when}, {os.cpu_count()} cores of {cpu}, Linux {platform.release()}\n", file=file)
            print("| | what | figure | aim |\n| --- | --- | --- | --- |", file=file)
            for what, figure, unit, aim, name in self.rows:
                print(f"| {name} | {what.strip()} | {figure} {unit} | {aim} |", file=file)
        print(f"\nThe same as a table: {self.out / 'results.md'}")

    def close(self):
        self.tocsin.stop()
        self.peer.stop()
        self.sink.process.terminate()
        self.sink.process.wait()


SCENARIOS = ["latency", "intake", "crowd", "storm", "slow", "mail", "repeats", "memory", "questions", "batch"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True, help="where tocsin and Bench stand")
    parser.add_argument("--repeats", type=int, default=1, help="rounds over the scenarios")
    parser.add_argument("--cases", type=int, default=10000, help="cases of a storm; memory opens ten times as many")
    parser.add_argument("--rate", type=int, default=1000, help="cases a second of intake")
    parser.add_argument("--seconds", type=int, default=60, help="how long intake holds its rate")
    parser.add_argument("--idle", type=float, default=30, help="seconds of idling to measure")
    parser.add_argument("--peer", action="store_true", help="measure Debian's prometheus-alertmanager as well")
    parser.add_argument("scenario", nargs="*", help=f"of {' '.join(SCENARIOS)}; all where none is named")
    options = parser.parse_args()
    unknown = set(options.scenario) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if options.peer and not Alertmanager.binary:
        parser.error("--peer needs the Debian package prometheus-alertmanager: apt-get install it first")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bench = Bench(options)
    try:
        for _ in range(options.repeats):
            for name in options.scenario or SCENARIOS:
                for target in [bench.tocsin] + ([bench.peer] if options.peer else []):
                    getattr(bench, name)(target)
        bench.print_table()
    finally:
        bench.close()


if __name__ == "__main__":
    main()
