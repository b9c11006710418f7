"""Verifies a signed webhook given as JSON on standard input; prints `genuine` or `forged`.

Uses the reference library where it is installed, else the standard library.
"""
import base64
import hashlib
import hmac
import json
import sys

given = json.load(sys.stdin)
headers, body = given["headers"], base64.b64decode(given["body"])
try:
    from standardwebhooks.webhooks import Webhook, WebhookVerificationError

    try:
        Webhook(given["secret"]).verify(body, headers)
        print("genuine")
    except WebhookVerificationError:
        print("forged")
except ImportError:
    key = base64.b64decode(given["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    is_same = hmac.compare_digest("v1," + digest, headers["webhook-signature"])
    print("genuine" if is_same else "forged")
