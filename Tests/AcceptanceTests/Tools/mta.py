"""A real SMTP server that hands each mail to a pipe, as Postfix does: mta.py RECORD PORTFILE TOCSIN FOLDER

Answers by the pipe's exit code: 0 is 250, 75 is 451, anything else 550. A JSON line for each mail.
"""
import asyncio
import json
import os
import sys

from aiosmtpd.smtp import SMTP


class Pipe:
    async def handle_DATA(self, server, session, envelope):
        process = await asyncio.create_subprocess_exec(
            sys.argv[3], "intake", "mail", f"--recipient={envelope.rcpt_tos[0]}", f"--sender={envelope.mail_from}",
            cwd=sys.argv[4], stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT)
        said, _ = await process.communicate(envelope.original_content)
        record.write(json.dumps({"at": 0, "exit": process.returncode, "said": said.decode("utf-8", "replace")}) + "\n")
        record.flush()
        return {0: "250 2.0.0 taken", 75: "451 4.3.0 try again"}.get(process.returncode, "550 5.1.1 not taken")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Pipe(), hostname="mta.test"), "127.0.0.1", 0)
    with open(sys.argv[2] + ".new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


record = open(sys.argv[1], "w")
asyncio.run(main())
