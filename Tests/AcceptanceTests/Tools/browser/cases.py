"""Cases in every state, under every policy, with a past for the reports."""
import datetime
import random

from house import LONG, ago


def fill(house):
    """Opens them; names those that a test looks at."""
    made = {}
    made["fresh"] = house.open(
        details="All of EU since 14:05. Logs: https://logs.example.com/q?a=1&b=<2> " + LONG,
        links=["https://grafana.example.com/d/abc?orgId=1&from=now-1h"],
        contacts=["ops@northwind.example"],
        tags=["shop"],
        key="checkout/502",
    )
    made["answered"] = house.open(policy="user-support", priority="Critical", title="payroll run stands still")
    house.say(made["answered"], "acknowledged", at=ago(minutes=0))
    house.say(made["answered"], "responded", text="We are on it.")
    house.say(made["answered"], "updated", text="We found the fault and are rolling back.")
    house.say(made["answered"], "noted", by="ben", text="node 7 is the one")
    made["missed"] = house.open(
        policy="quik", priority="P1", customer="Contoso", title="no mail leaves", opened_at=ago(hours=9)
    )
    made["waiting"] = house.open(policy="quadrotech", priority="Medium", customer="Fabrikam", title="report is slow")
    house.say(made["waiting"], "acknowledged", by="ben")
    house.say(made["waiting"], "responded", by="ben")
    house.say(made["waiting"], "status_changed", by="ben", status="pending", reason="customer")
    made["system"] = house.open(
        policy="esq", priority="1", customer="Adventure Works", title="system down at two sites", opened_at=ago(hours=2)
    )
    made["low"] = house.open(policy="support-guidelines", priority="Low", customer="Tailspin Toys", title="how do I?")
    house.say(made["low"], "acknowledged", by="wei")
    made["ended"] = house.open(policy="quik", priority="P2", customer="Litware", title="wrong logo on the invoice")
    for event in ("acknowledged", "responded", "resolved"):
        house.say(made["ended"], event, by="dana")
    made["eventful"] = _open_eventful(house)
    _fill_past(house)
    return made


def _open_eventful(house, count=80):
    """A case of 40 days with dozens of events, many in one second."""
    case = house.open(policy="quik", priority="P1", title="the same fault again", opened_at=ago(days=40))
    house.say(case, "acknowledged", at=ago(days=39, hours=23))
    house.say(case, "responded", at=ago(days=39, hours=22))
    for index in range(count):
        days = 30 if index < count // 2 else 30 - index // 3
        house.say(case, "noted", by=("anna", "ben")[index % 2], at=ago(days=days), text=f"finding {index}")
    house.say(case, "reassigned", by="anna", person="ben", at=ago(days=12))
    house.say(case, "acknowledged", by="ben", at=ago(days=12, minutes=-9))
    house.say(case, "status_changed", by="ben", status="pending", reason="customer", at=ago(days=7))
    house.say(case, "status_changed", by="ben", status="in_progress", at=ago(days=2))
    return case


def _fill_past(house, count=60):
    """Cases of the last twelve weeks, most answered in time."""
    drawn = random.Random(5)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    for index in range(count):
        at = now - datetime.timedelta(days=drawn.randint(8, 80), minutes=drawn.randint(0, 1440))
        policy, priority, seconds = drawn.choice(
            [("quik", "P1", 3000), ("quik", "P2", 9000), ("user-support", "Critical", 700), ("esq", "1", 3000)]
        )

        def later(share):
            moment = at + datetime.timedelta(seconds=int(seconds * share))
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

        case = house.open(policy, priority, "Northwind", f"past fault {index}", opened_at=later(0))
        share = drawn.uniform(0.1, 1.5)
        by = drawn.choice(["anna", "ben", "chitra", "dana"])
        house.say(case, "acknowledged", by=by, at=later(share * 0.5))
        house.say(case, "responded", by=by, at=later(share))
        house.say(case, "resolved", by=by, at=later(share * 3))
