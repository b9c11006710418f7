"""Speaks to a daemon as real senders do: senders.py CLIENT BASE_URL KEY [CA_FILE], a JSON line for each step."""
import json
import sys

client, base, key = sys.argv[1:4]
authority = sys.argv[4] if len(sys.argv) > 4 else None


def say(step, value):
    print(json.dumps({"step": step, "value": value}), flush=True)


def pdpyras():
    import pdpyras

    session = pdpyras.EventsAPISession(key)
    session.url = base
    if authority:
        session.verify = authority
    say("trigger", session.trigger("disk full", "db1", dedup_key="k-pdpyras", severity="critical",
                                   custom_details={"free": 0}, links=[{"href": "", "text": ""}]))
    say("again", session.trigger("disk full", "db1", dedup_key="k-pdpyras", severity="critical"))
    say("keyless", session.trigger("swap full", "db2"))
    session.acknowledge("k-pdpyras")
    session.resolve("k-pdpyras")
    session.resolve("never-seen")
    try:
        wrong = pdpyras.EventsAPISession("f" * 32)
        wrong.url = base
        if authority:
            wrong.verify = authority
        wrong.trigger("x", "y")
        say("wrong key", "taken")
    except pdpyras.PDClientError as error:
        say("wrong key", error.response.status_code)


def pagerduty():
    import pagerduty

    session = pagerduty.EventsApiV2Client(key, base_url=base, verify=authority)
    say("trigger", session.trigger("disk full", "db1", dedup_key="k-pagerduty", severity="critical"))
    say("again", session.trigger("disk full", "db1", dedup_key="k-pagerduty", severity="critical"))
    session.acknowledge("k-pagerduty")
    session.resolve("k-pagerduty")
    try:
        pagerduty.EventsApiV2Client("f" * 32, base_url=base, verify=authority).trigger("x", "y")
        say("wrong key", "taken")
    except pagerduty.HttpError as error:
        say("wrong key", error.response.status_code)
    try:
        stranger = pagerduty.EventsApiV2Client(key, base_url=base)
        stranger.max_network_attempts = 1
        stranger.trigger("x", "y")
        say("unknown authority", "trusted")
    except pagerduty.Error:
        say("unknown authority", "refused")


def opsgenie():
    import opsgenie_sdk
    from datetime import datetime, timedelta, timezone

    configuration = opsgenie_sdk.Configuration()
    configuration.host = base
    configuration.retry_enabled = False
    configuration.api_key["Authorization"] = key
    alerts = opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(configuration=configuration))
    made = alerts.create_alert(opsgenie_sdk.CreateAlertPayload(
        message="checkout\tdown", alias="shop/checkout 1", description="502 everywhere", priority="P1",
        source="shop", tags=["web"], details={"region": "eu"}))
    say("create", [made.result, made.request_id])
    alias = {"identifier": "shop/checkout 1", "identifier_type": "alias"}
    status = alerts.get_request_status(request_id=made.request_id)
    say("status", [status.data.is_success, status.data.alias])
    shown = alerts.get_alert(**alias)
    say("show", [shown.data.message, shown.data.tiny_id, shown.data.status])
    say("note", alerts.add_note(add_note_to_alert_payload=opsgenie_sdk.AddNoteToAlertPayload(
        note="looking", user="anna"), **alias).result)
    end = datetime.now(timezone.utc) + timedelta(minutes=5)
    say("snooze", alerts.snooze_alert(snooze_alert_payload=opsgenie_sdk.SnoozeAlertPayload(
        end_time=end), **alias).result)
    say("acknowledge", alerts.acknowledge_alert(
        acknowledge_alert_payload=opsgenie_sdk.AcknowledgeAlertPayload(user="ben"), **alias).result)
    say("escalate", alerts.escalate_alert(escalate_alert_to_next_payload=(
        opsgenie_sdk.EscalateAlertToNextPayload(escalation={"name": "leads", "type": "escalation"})), **alias).result)
    closed = alerts.close_alert(close_alert_payload=opsgenie_sdk.CloseAlertPayload(note="fixed"),
                                identifier=shown.data.id, identifier_type="id")
    say("close", alerts.get_request_status(request_id=closed.request_id).data.is_success)
    gone = alerts.close_alert(close_alert_payload=opsgenie_sdk.CloseAlertPayload(),
                              identifier="nobody", identifier_type="alias")
    say("close nothing", alerts.get_request_status(request_id=gone.request_id).data.is_success)
    configuration.api_key["Authorization"] = "wrong"
    try:
        alerts.get_alert(**alias)
        say("wrong key", "taken")
    except opsgenie_sdk.exceptions.AuthenticationException as error:
        say("wrong key", error.status)


{"pdpyras": pdpyras, "pagerduty": pagerduty, "opsgenie": opsgenie}[client]()
