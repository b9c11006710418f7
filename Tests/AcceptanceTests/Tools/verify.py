"""Verifies recorded webhooks with the reference library: verify.py RECORD SECRETFILE

Prints how many held; says which did not, and exits 1. The library wants timestamps of the last minutes.
"""
import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(open(sys.argv[2]).read().strip())
held = 0
for line in open(sys.argv[1]):
    delivery = json.loads(line)
    try:
        webhook.verify(delivery["body"], delivery["headers"])
        held += 1
    except WebhookVerificationError as fault:
        sys.exit(f"{delivery['headers'].get('webhook-id')}: {fault!r}")
print(held)
