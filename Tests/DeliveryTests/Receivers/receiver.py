"""Receivers of the courier's tests: a web server that misbehaves by path, the same behind TLS with a
certificate of its own for 127.0.0.1, and a mail server that answers by recipient. Prints the ports
and the certificate's file, then serves until its standard input closes.

Standard library and the openssl command only. For each line of standard input it prints every request, connection and mail
seen so far.
"""
import asyncio
import base64
import functools
import gzip
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile

log = {"connections": 0, "requests": [], "mails": [], "verbs": [], "mail_connections": 0}


async def head_of(reader):
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    return method, path, {name.lower(): text for name, text in headers.items()}


def answer(status, body=b"", headers=""):
    head = f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


@functools.cache
def bomb():
    """Fifty megabytes of nothing, packed."""
    return gzip.compress(bytes(50_000_000), 1)


def reset(writer):
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def respond(path, writer):
    """False where the connection is done for."""
    word = path.split("/")[1]
    rest = path.split("/")[2:]
    if word == "status":
        writer.write(answer(int(rest[0])))
    elif word == "later":
        writer.write(answer(503, headers=f"Retry-After: {rest[0]}\r\n"))
    elif word == "redirect":
        writer.write(answer(int(rest[0]), headers="Location: /target\r\n"))
    elif word == "slow":
        await asyncio.sleep(float(rest[0]))
        writer.write(answer(200))
    elif word == "hang":
        await asyncio.sleep(60)
    elif word == "reset":
        reset(writer)
        return False
    elif word == "close":
        return False
    elif word == "half":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
        await writer.drain()
        return False
    elif word in ("cut", "end"):
        # So many bytes of a good answer, then a reset or the end.
        writer.write(answer(200, b"ok")[: int(rest[0])])
        await writer.drain()
        if word == "cut":
            reset(writer)
        return False
    elif word == "drip":
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(60):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.5)
    elif word == "flood":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 40000)
    elif word == "headers":
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(50000):
            writer.write(b"X-%d: %s\r\n" % (number, b"x" * 1000))
            await writer.drain()
    elif word == "bomb":
        writer.write(answer(200, bomb(), "Content-Encoding: gzip\r\n"))
    elif word == "huge":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        for _ in range(500):
            writer.write(b"x" * 100000)
            await writer.drain()
    else:
        writer.write(answer(200, b"ok"))
    await writer.drain()
    return True


async def web(reader, writer):
    log["connections"] += 1
    try:
        while True:
            method, path, headers = await head_of(reader)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            text = base64.b64encode(body).decode()
            log["requests"].append(
                {"method": method, "path": path, "headers": headers, "body": text}
            )
            if not await respond(path, writer):
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def mail(reader, writer):
    """Answers `code-VERB-NNN@…` with NNN at that verb, anything else with success."""
    log["mail_connections"] += 1

    async def say(line):
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    def code_for(recipient, verb, usual):
        parts = recipient.split("@")[0].split("-")
        return parts[2] if parts[0] == "code" and parts[1] == verb else usual

    try:
        await say("220 test")
        recipient = sender = ""
        while line := await reader.readline():
            text = line.decode("latin-1").rstrip("\r\n")
            log["verbs"].append(text)
            verb = text.upper().split(" ")[0].split(":")[0]
            if verb == "EHLO":
                await say("250-test")
                await say("250-SIZE 1000000")
                await say("250 AUTH PLAIN")
            elif verb == "AUTH":
                await say("535 no")
            elif verb == "MAIL":
                sender = text
                await say("250 ok")
            elif verb == "RCPT":
                recipient = text.split("<")[1].split(">")[0]
                await say(code_for(recipient, "rcpt", "250") + " rcpt")
            elif verb == "DATA":
                code = code_for(recipient, "data", "354")
                await say(code + " data")
                if code != "354":
                    continue
                message = await reader.readuntil(b"\r\n.\r\n")
                raw = base64.b64encode(message[:-3]).decode()
                log["mails"].append({"from": sender, "to": recipient, "raw": raw})
                final = code_for(recipient, "final", "250")
                if final == "999":
                    await asyncio.sleep(60)
                await say(final + " final")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 ok")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        + ["-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
        + ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    return context


async def serve(folder):
    context = certificate(folder)
    servers = [
        # Hundreds of connections may come at once, and none is to wait for a second knock.
        await asyncio.start_server(web, "127.0.0.1", 0, backlog=1024),
        await asyncio.start_server(mail, "127.0.0.1", 0),
        await asyncio.start_server(web, "127.0.0.1", 0, ssl=context),
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(*ports, f"{folder}/certificate.pem", flush=True)
    read = functools.partial(asyncio.get_running_loop().run_in_executor, None, sys.stdin.readline)
    while await read():
        print(json.dumps(log), flush=True)
    # Connections still open are not worth an orderly end.
    shutil.rmtree(folder)
    os._exit(0)


asyncio.run(serve(tempfile.mkdtemp(prefix="tocsin-receiver-")))
