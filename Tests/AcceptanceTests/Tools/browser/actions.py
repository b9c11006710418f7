"""Every action of the pages, with scripts off and on; with them on the browser says what the pages' policy refused."""
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from chrome import Chrome
from house import House


def run(out, faults):
    said = []
    with House(fixed_people=True) as house:
        for scripts in (False, True):
            with Chrome(scripts=scripts) as chrome:
                word = "on" if scripts else "off"
                chrome.open("data:text/html,<title>off</title><script>document.title='on'</script>")
                if chrome.driver.title != word:
                    faults.append(f"scripts are not {word} in this browser")
                found = []
                actions = Actions(house, chrome, found)
                if scripts:
                    actions.try_policy()
                actions.run()
                faults.extend(f"scripts {word}: {fault}" for fault in found)
                said.append(f"{actions.done} actions with scripts {word}")
    return ", ".join(said)


class Actions:
    def __init__(self, house, chrome, faults):
        self.house, self.chrome, self.faults = house, chrome, faults
        self.done = 0
        self.case = house.open(title="checkout returns 502")

    def try_policy(self):
        """That a violation during an action is seen at all: one is planted, a form that leads elsewhere."""
        chrome = self.chrome
        chrome.open(f"{self.house.base}/sign-in")
        self.clean("the page to sign in")
        chrome.driver.execute_script("document.forms[0].action = 'https://elsewhere.example/'")
        chrome.press("Sign in")
        found = []
        self.house.comes(lambda: found.extend(chrome.complaints()) or found)
        seen = any("form-action" in entry for entry in found)
        self.expect(seen, f"a form that leads elsewhere is not complained of: {found}")

    def clean(self, action):
        """Nothing was refused by the page's policy, and no script failed, up to and in this action."""
        found = self.chrome.complaints()
        self.expect(not found, f"{action}: the browser complains: {found}")

    def run(self):
        chrome = self.chrome
        chrome.open(f"{self.house.base}/cases/{self.case}")
        chrome.press("Sign in")
        is_back = self.house.comes(lambda: chrome.driver.current_url.endswith(f"/cases/{self.case}"))
        self.expect(is_back, "sign-in does not lead back to the case")
        self.clean("Sign in")
        Select(chrome.one("form.big select")).select_by_value("anna")
        self.act("Acknowledge", "acknowledged", by="anna")
        self.act("Undo the acknowledgement", "unacknowledged")
        self.act("Acknowledge", "acknowledged")
        self.act("I answered the customer", "responded")
        self.act("Post the update", "updated", "Update the customer", text="We found the fault.")
        self.act("Keep the note", "noted", "Note for us", text="node 7")
        self.act("Set the priority", "priority_changed", "Priority", priority="P2")
        self.act("Set the status", "status_changed", "Status", status="in_progress")
        self.act("Add them", "responder_added", "Hand over or add someone", person="ben")
        self.act("Snooze", "snoozed", "Snooze", minutes="15")
        self.act("Escalate now", "escalated", "Escalate", reason="it spreads")
        self.act("Hand the case over", "reassigned", "Hand over or add someone", person="ben")
        self.act("Resolve", "resolved")
        self.act("Reopen", "reopened")
        self.act("Resolve", "resolved")
        self.act("Close", "closed")
        self.others()

    def act(self, button, event, section=None, by="anna", **fields):
        """Presses the button, after filling the fields of its section."""
        chrome = self.chrome
        before = len(self.named(event))
        place = chrome.driver
        if section:
            place = next(
                one for one in chrome.find("details") if one.find_element(By.TAG_NAME, "summary").text == section
            )
            place.find_element(By.TAG_NAME, "summary").click()
        for name, value in fields.items():
            field = place.find_element(By.NAME, name)
            if field.tag_name == "select":
                Select(field).select_by_value(value)
            else:
                field.send_keys(value)
        place.find_element(By.XPATH, f".//button[normalize-space()='{button}']").send_keys("\n")
        self.house.comes(lambda: len(self.named(event)) > before and chrome.find("p.notice, .fault"))
        events = self.named(event)
        told = [one.text for one in chrome.find("p.notice, .fault")]
        self.expect(len(events) == before + 1, f"{button}: no {event} on the case; the page says {told}")
        if len(events) > before:
            self.expect(events[-1]["by"] == by and events[-1]["way"] == "page", f"{button}: {events[-1]}")
        self.expect(bool(chrome.find("p.notice")), f"{button}: the page does not say what it did")
        self.clean(button)

    def named(self, event):
        return [one for one in self.house.events(self.case) if one["event"] == event]

    def others(self):
        chrome, base = self.chrome, self.house.base
        chrome.open(base + "/files")
        chrome.press("Load the files again")
        self.expect(self.house.comes(lambda: chrome.find("p.notice")), "the files are not loaded again")
        self.clean("Load the files again")
        chrome.open(base + "/calendar")
        for text in ("Later", "Earlier", "Earlier"):
            chrome.driver.find_element(By.LINK_TEXT, text).click()
        self.expect("week=-5" in chrome.driver.current_url, "the calendar turns no pages")
        chrome.open(base + "/")
        chrome.driver.find_element(By.LINK_TEXT, "Me").click()
        self.expect(chrome.one("h1").text == "Anna Keller", "Me is not the person who acts")
        chrome.press("Sign out")
        self.house.comes(lambda: "/sign-in" in chrome.driver.current_url)
        chrome.open(base + "/")
        self.expect("/sign-in" in chrome.driver.current_url, "signed out, and the page is still shown")
        self.clean("Sign out")

    def expect(self, is_so, fault):
        self.done += 1
        if not is_so:
            self.faults.append(fault)
