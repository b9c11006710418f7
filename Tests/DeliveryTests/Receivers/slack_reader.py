"""Reads messages as JSON, one a line, and holds each against slack-sdk's own rules; prints how many it took."""
import json
import sys

from slack_sdk.models.blocks import ActionsBlock, Block, HeaderBlock, SectionBlock

taken = 0
for line in sys.stdin:
    message = json.loads(line)
    assert set(message) <= {"text", "blocks", "unfurl_links", "unfurl_media"}, sorted(message)
    assert 0 < len(message["text"]) <= 40_000
    assert 0 < len(message["blocks"]) <= 50
    for written in message["blocks"]:
        block = Block.parse(written)
        assert type(block) in (HeaderBlock, SectionBlock, ActionsBlock), written["type"]
        # Raises where a length, a choice or what must be there is not as Slack wants it.
        kept = block.to_dict()
        assert kept == written, (kept, written)
    taken += 1
print(taken)
