"""A daemon of the browser tests' own: its files, its mail server, and cases in every state."""
import asyncio
import datetime
import email
import email.policy
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

from aiosmtpd.smtp import SMTP, AuthResult

REPOSITORY = pathlib.Path(__file__).resolve().parents[4]
BINARY = os.environ.get("TOCSIN_BINARY") or str(REPOSITORY / ".build/debug/tocsin")

# A week of a customer's text at its worst: long words, quotes, and names of other scripts.
LONG = (
    "checkout returns 502 for every second customer since the deployment of 14:05, payments are taken but orders "
    "are lost, see com.northwind.shop.checkout.PaymentGatewayTimeoutException/NoRetryAfterPartialCommit"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """A real SMTP server on loopback; keeps what it is given."""

    def __init__(self):
        self.mails = []
        self.port = free_port()
        threading.Thread(target=self._run, daemon=True).start()

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()
        self.mails.append((envelope.rcpt_tos[0], mail["Subject"], text))
        return "250 2.0.0 kept"

    def _run(self):
        async def serve():
            loop = asyncio.get_running_loop()
            await loop.create_server(self._protocol, "127.0.0.1", self.port)
            await asyncio.Event().wait()

        asyncio.run(serve())

    def _protocol(self):
        return SMTP(
            self,
            hostname="mail.test",
            authenticator=lambda *_: AuthResult(success=True),
            auth_require_tls=False,
        )

    def pages(self, number=None):
        """Link and number of every page so far, with its case; one mail may carry the pages of many cases."""
        found = []
        for to, subject, text in list(self.mails):
            for one in re.finditer(r"(https?://\S+/a/\S+)\s+then type (\d{3})", text):
                named = re.findall(r"\(case (\d+)\)", (subject or "").replace("\n", " ") + text[: one.start()])
                if named and number in (None, int(named[-1])):
                    found.append({"to": to, "case": int(named[-1]), "link": one[1], "number": one[2]})
        return found


class House:
    """The shipped files with mail for everybody, and the daemon on them."""

    def __init__(self, fixed_people=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-browser-"))
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.mailbox = Mailbox()
        shutil.copytree(REPOSITORY / "config", self.folder / "config")
        shutil.copytree(REPOSITORY / "rotations", self.folder / "rotations")
        self._write_files()
        if fixed_people:
            self._fix_people()
        self.log = open(self.folder / "daemon.log", "wb")
        self.daemon = subprocess.Popen(
            [BINARY, "run"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )
        self._await_answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.terminate()
        try:
            self.daemon.wait(15)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
        self.log.close()
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _write_files(self):
        config = self.folder / "config"
        settings = (config / "tocsin.yaml").read_text()
        settings = settings.replace("listen: 127.0.0.1:8470", f"listen: 127.0.0.1:{self.port}")
        settings += (
            f"\nallow_networks: [127.0.0.0/8]\nbase_url: {self.base}\n"
            f"mail:\n  smtp: smtp://127.0.0.1:{self.mailbox.port}\n  starttls: off\n  user: tocsin\n"
            "  password_file: secrets/smtp\n  from: tocsin@pager.example.com\n"
        )
        (config / "tocsin.yaml").write_text(settings)
        secret = config / "secrets" / "smtp"
        secret.parent.mkdir(exist_ok=True)
        secret.write_text("swordfish\n")
        secret.chmod(0o600)
        people = (config / "people.yaml").read_text()
        people = people.replace("page: [{use: terminal}]", "page: [{use: email}, {use: terminal, after: 1 min}]")
        (config / "people.yaml").write_text(people)

    def _fix_people(self):
        """Anna is on call whenever this runs."""
        rotations = ""
        for name, person in [
            ("support-primary", "anna"),
            ("support-secondary", "ben"),
            ("specialists", "ben"),
            ("leadership", "lena"),
        ]:
            rotations += (
                f"  {name}:\n    if_nobody: [marcus]\n    layers:\n      - name: week\n"
                "        handoff: {every: 1 week, day: monday, at: '09:00'}\n"
                f"        members: [{{from: 2025-01-06, order: [{person}], first: {person}}}]\n"
            )
        text = f"format: 1\ntimezone: Europe/Berlin\nrotations:\n{rotations}"
        (self.folder / "rotations" / "support.yaml").write_text(text)

    def _await_answer(self):
        for _ in range(600):
            if self.daemon.poll() is not None:
                raise SystemExit("the daemon ended: " + (self.folder / "daemon.log").read_text())
            try:
                if self.call("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("the daemon does not answer")

    # What the tests ask of it

    def call(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = None
        headers = dict(headers or {})
        if body is not None:
            data = json.dumps(body) if isinstance(body, (dict, list)) else body
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, text, answer.headers

    def open(self, policy="quik", priority="P1", customer="Northwind", title=LONG, **more):
        body = {"policy": policy, "priority": priority, "customer": customer, "title": title, **more}
        status, text, _ = self.call("POST", "/v1/cases", body)
        assert status in (200, 201), f"open: {status} {text}"
        return json.loads(text)["number"]

    def say(self, case, event, by="anna", **more):
        status, text, _ = self.call(
            "POST", f"/v1/cases/{case}/events", {"event": event, "by": by, **more}
        )
        assert status < 300, f"{event} on case {case}: {status} {text}"

    def events(self, case):
        return json.loads(self.call("GET", f"/v1/cases/{case}")[1])["events"]

    def form(self, path, fields, cookie=None):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if cookie:
            headers["Cookie"] = cookie
        return self.call("POST", path, urllib.parse.urlencode(fields), headers)

    def session(self):
        """A signed-in browser's cookie, by plain HTTP."""
        nonce = re.search(r'name="nonce" value="([^"]+)"', self.call("GET", "/sign-in")[1])[1]
        status, text, headers = self.form("/sign-in", {"nonce": nonce, "next": "/"})
        assert status == 303, f"sign-in: {status} {text}"
        return headers["Set-Cookie"].split(";")[0]

    def comes(self, question, seconds=10):
        """Whether it comes true in time; a browser that was pressed answers when it likes."""
        try:
            return bool(self.until(question, seconds))
        except AssertionError:
            return False

    def until(self, question, seconds=30, what="it"):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = question()
            if answer:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come true within {seconds} s")


def ago(**span):
    instant = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**span)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
