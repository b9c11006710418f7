"""Reads a MIME message from standard input as Python's own library does; prints it as JSON."""
import email
import email.policy
import json
import sys

raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
parts = [part for part in message.walk() if not part.is_multipart()]
print(
    json.dumps(
        {
            "defects": [repr(defect) for part in message.walk() for defect in part.defects],
            "headers": [[name, str(text)] for name, text in message.items()],
            "type": message.get_content_type(),
            "parts": [
                [part.get_content_type(), part.get_content().replace("\r\n", "\n")]
                for part in parts
            ],
            "from": [message["from"].addresses[0].display_name, str(message["from"].addresses[0].addr_spec)],
            "to": [message["to"].addresses[0].display_name, str(message["to"].addresses[0].addr_spec)],
            "lines_max": max(len(line) for line in raw.split(b"\r\n")),
            "bare": raw.replace(b"\r\n", b"").count(b"\r") + raw.replace(b"\r\n", b"").count(b"\n"),
        }
    )
)
