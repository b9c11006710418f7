"""A real SMTP server on loopback, writing each mail as a JSON line: mailserver.py RECORD PORTFILE [CERT KEY]

Takes user tocsin, password swordfish, and nothing without them; with a certificate, nothing before STARTTLS
either. Ends with its standard input.
"""
import asyncio
import json
import os
import ssl
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult


class Recorder:
    async def handle_DATA(self, server, session, envelope):
        line = {
            "at": time.time(),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.content.decode("utf-8", "replace"),
            "tls": session.ssl is not None,
        }
        record.write(json.dumps(line) + "\n")
        record.flush()
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, data):
    known = getattr(data, "login", b"") == b"tocsin" and getattr(data, "password", b"") == b"swordfish"
    return AuthResult(success=known)


def protocol():
    return SMTP(
        Recorder(),
        hostname="mail.test",
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=tls is not None,
        tls_context=tls,
        require_starttls=tls is not None,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    with open(sys.argv[2] + ".new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


tls = None
if len(sys.argv) > 3:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])
record = open(sys.argv[1], "w")
asyncio.run(main())
