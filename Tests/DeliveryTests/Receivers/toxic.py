"""Receivers that refuse in one way each: TLS servers with a bad certificate, for HTTP and for SMTP,
SMTP servers that answer one code at one verb, and those that break off, hang or drip. Prints one
JSON object: the ports by name, the file of the authority and where each good reply ends. For each
line of standard input it prints what was said to them: requests by port, and verbs.

Standard library and the openssl command only.
"""
import asyncio
import functools
import itertools
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile

log = {"requests": {}, "mails": {}}
CODES = [421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 530, 535, 550, 552, 553, 554]
VERBS = ["greeting", "ehlo", "auth", "mail", "rcpt", "data", "final"]
# What a good relay says, in order.
REPLIES = {
    "greeting": b"220 t\r\n", "ehlo": b"250-t\r\n250 SIZE 1000000\r\n", "mail": b"250 ok\r\n",
    "rcpt": b"250 ok\r\n", "data": b"354 go\r\n", "final": b"250 ok\r\n",
}


def openssl(folder, *words):
    subprocess.run(["openssl", *words], check=True, cwd=folder, stderr=subprocess.DEVNULL)


def key(folder, name, bits=None):
    kind = ["-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}"] if bits else [
        "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    openssl(folder, "genpkey", *kind, "-out", f"{name}.key")


def authority(folder, name, extra="basicConstraints=critical,CA:TRUE"):
    key(folder, name)
    openssl(folder, "req", "-x509", "-key", f"{name}.key", "-subj", f"/CN={name}", "-days", "30",
            "-addext", extra, "-out", f"{name}.pem")


def certificate(folder, name, issuer, host="IP:127.0.0.1", bits=None, digest="sha256",
                start="20250101000000Z", end="20450101000000Z", usage="serverAuth", is_ca=False):
    """Signed by `issuer`, or by itself where that is None; dates need `openssl ca`."""
    key(folder, name, bits)
    with open(f"{folder}/{name}.ext", "w") as file:
        file.write(f"subjectAltName={host}\nextendedKeyUsage={usage}\n")
        file.write(f"basicConstraints=critical,CA:{'TRUE' if is_ca else 'FALSE'}\n")
    openssl(folder, "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}",
            "-out", f"{name}.csr")
    open(f"{folder}/{name}.index", "w").close()
    with open(f"{folder}/{name}.cnf", "w") as file:
        file.write("[ca]\ndefault_ca=d\n[d]\npolicy=p\nrand_serial=yes\nnew_certs_dir=.\n"
                   f"database={name}.index\nemail_in_dn=no\n[p]\ncommonName=supplied\n")
    signer = issuer or name
    own = ["-selfsign", "-keyfile", f"{name}.key"] if issuer is None else [
        "-cert", f"{signer}.pem", "-keyfile", f"{signer}.key"]
    openssl(folder, "ca", "-batch", "-notext", "-config", f"{name}.cnf", *own, "-md", digest,
            "-startdate", start, "-enddate", end, "-extfile", f"{name}.ext", "-in", f"{name}.csr",
            "-out", f"{name}.pem")


def bad_servers(folder):
    """Name to SSL context; `good` is the one that must work."""
    authority(folder, "authority")
    authority(folder, "stranger")
    make = functools.partial(certificate, folder)
    make("good", "authority")
    make("expired", "authority", end="20250201000000Z")
    make("future", "authority", start="20440101000000Z")
    make("misnamed", "authority", host="DNS:other.example.com")
    make("selfsigned", None)
    make("unknown", "stranger")
    make("weak", "authority", bits=1024)
    make("sha1", "authority", digest="sha1")
    make("client", "authority", usage="clientAuth")
    make("leaf", "authority")
    make("underleaf", "leaf")
    contexts = {}
    names = ["good", "expired", "future", "misnamed", "selfsigned", "unknown", "weak", "sha1",
             "client", "underleaf"]
    for name in names:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        chain = f"{folder}/{name}.pem"
        if name == "underleaf":
            with open(chain, "a") as file, open(f"{folder}/leaf.pem") as leaf:
                file.write(leaf.read())
        context.load_cert_chain(chain, f"{folder}/{name}.key")
        contexts[name] = context
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.load_cert_chain(f"{folder}/good.pem", f"{folder}/good.key")
    contexts["tls11"] = old
    return contexts


async def web(name, reader, writer):
    try:
        while line := await reader.readline():
            log["requests"][name] = log["requests"].get(name, 0) + len(line)
            if line == b"\r\n":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def mail(verb, code, reader, writer):
    name = f"{verb}-{code}"

    async def say(at, usual):
        text = str(code) if at == verb else usual
        writer.write(text.encode() + b" " + at.encode() + b"\r\n")
        await writer.drain()
        return at != verb

    try:
        await say("greeting", "220")
        while line := await reader.readline():
            log["requests"][name] = log["requests"].get(name, 0) + len(line)
            word = line.decode("latin-1").strip().split(" ")[0].split(":")[0].lower()
            if word in ("ehlo", "helo"):
                if verb == "ehlo":
                    await say("ehlo", "250")
                else:
                    writer.write(b"250-toxic\r\n250 AUTH PLAIN\r\n")
            elif word == "auth":
                await say("auth", "235")
            elif word == "mail":
                await say("mail", "250")
            elif word == "rcpt":
                await say("rcpt", "250")
            elif word == "data":
                if await say("data", "354"):
                    await reader.readuntil(b"\r\n.\r\n")
                    if await say("final", "250"):
                        log["mails"][name] = log["mails"].get(name, 0) + 1
            elif word == "quit":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def broken(kind, place, reader, writer):
    """`cut` and `end` go after so many bytes of the replies, `hang` and `drip` stop at a verb, and
    `slow` says everything byte by byte."""
    try:
        left = int(place) if kind in ("cut", "end") else sum(map(len, REPLIES.values())) + 1
        for verb, reply in REPLIES.items():
            if verb == "final":
                await reader.readuntil(b"\r\n.\r\n")
            elif verb != "greeting":
                await reader.readline()
            if verb == place and kind == "hang":
                await asyncio.sleep(60)
            while verb == place and kind == "drip":
                # Whole lines of an answer that never ends.
                writer.write(reply[:3] + b"-drip\r\n")
                await writer.drain()
                await asyncio.sleep(0.1)
            step = 1 if kind == "slow" else len(reply)
            for start in range(0, len(reply), step):
                writer.write(reply[:left][start : start + step])
                await writer.drain()
                await asyncio.sleep(0.01 if kind == "slow" else 0)
            left -= len(reply)
            if left <= 0:
                break
        if kind == "cut":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve_broken():
    """Port by name, such as `relay.cut.17` and `relay.hang.final`."""
    whole = sum(map(len, REPLIES.values()))
    cells = [(kind, str(count)) for kind in ("cut", "end") for count in range(whole + 1)]
    cells += [(kind, verb) for kind in ("hang", "drip") for verb in REPLIES]
    ports = {}
    for kind, place in cells + [("slow", "all")]:
        behave = functools.partial(broken, kind, place)
        server = await asyncio.start_server(behave, "127.0.0.1", 0)
        ports[f"relay.{kind}.{place}"] = server.sockets[0].getsockname()[1]
    return ports


async def serve(folder):
    ports = await serve_broken()
    for name, context in bad_servers(folder).items():
        server = await asyncio.start_server(
            functools.partial(web, name), "127.0.0.1", 0, ssl=context)
        ports[name] = server.sockets[0].getsockname()[1]
        relay = functools.partial(mail, "smtps", name)
        server = await asyncio.start_server(relay, "127.0.0.1", 0, ssl=context)
        ports[f"smtps.{name}"] = server.sockets[0].getsockname()[1]
    for verb in VERBS:
        for code in CODES:
            server = await asyncio.start_server(functools.partial(mail, verb, code), "127.0.0.1", 0)
            ports[f"{verb}-{code}"] = server.sockets[0].getsockname()[1]
    ends = dict(zip(REPLIES, itertools.accumulate(map(len, REPLIES.values()))))
    hello = {"ports": ports, "authority": f"{folder}/authority.pem", "ends": ends}
    print(json.dumps(hello), flush=True)
    read = functools.partial(asyncio.get_running_loop().run_in_executor, None, sys.stdin.readline)
    while await read():
        print(json.dumps(log), flush=True)
    shutil.rmtree(folder)
    os._exit(0)


asyncio.run(serve(tempfile.mkdtemp(prefix="tocsin-toxic-")))
