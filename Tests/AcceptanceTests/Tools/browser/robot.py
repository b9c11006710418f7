"""A mail scanner that follows every link and submits every form, against the page behind a page's link."""
import html.parser
import json
import re
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from selenium.webdriver.common.by import By

from chrome import Chrome
from house import House

PLAIN, BROWSERS, PEOPLE = 450, 50, 100
# A form counts from two seconds after its page was made: the robot is patient.
PATIENCE = 2.2


class Page(html.parser.HTMLParser):
    """The links of a page, and its forms with every field and button."""

    def __init__(self, text):
        super().__init__()
        self.links, self.forms = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        have = dict(attributes)
        if tag == "a" and have.get("href"):
            self.links.append(have["href"])
        elif tag == "form":
            self.forms.append({"action": have.get("action") or "", "fields": [], "buttons": []})
        elif self.forms and tag in ("input", "textarea", "select") and have.get("name"):
            self.forms[-1]["fields"].append((have["name"], have.get("value") or "", have.get("type") or "text"))
        elif self.forms and tag == "button":
            self.forms[-1]["buttons"].append((have.get("name"), have.get("value") or ""))


def run(out, faults):
    with House(fixed_people=True) as house, Chrome() as chrome:
        pages = _pages(house, PLAIN + BROWSERS + PEOPLE)
        scanned, human = pages[: PLAIN + BROWSERS], pages[PLAIN + BROWSERS :]
        with ThreadPoolExecutor(150) as pool:
            list(pool.map(lambda page: _scan(house, page), scanned[:PLAIN]))
        _browse(chrome, scanned[PLAIN:], faults)
        taken = _acknowledged(house) & {page["case"] for page in scanned}
        faults.extend(f"case {case} was acknowledged by a machine" for case in sorted(taken))
        with ThreadPoolExecutor(50) as pool:
            list(pool.map(lambda page: _type(house, page), human[:-1]))
        _press(house, chrome, human[-1], faults)
        missed = {page["case"] for page in human} - _acknowledged(house)
        faults.extend(f"case {case}: the number was typed and it is not acknowledged" for case in sorted(missed))
    return (
        f"{len(scanned)} runs of a machine: {len(taken)} acknowledged; "
        f"{len(human)} people: {len(human) - len(missed)} acknowledged"
    )


def _pages(house, count):
    """A mail of its own for each run."""
    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(lambda index: house.open(title=f"fault {index}", key=f"k{index}"), range(count)))

    def first():
        by_case = {}
        for page in house.mailbox.pages():
            by_case.setdefault(page["case"], page)
        return by_case if all(number in by_case for number in numbers) else None

    found = house.until(first, seconds=90, what=f"{count} mails")
    return [found[number] for number in numbers]


def _acknowledged(house):
    found, cursor = set(), ""
    while True:
        answer = json.loads(house.call("GET", f"/v1/cases?state=all&limit=500{cursor}")[1])
        found |= {one["number"] for one in answer["cases"] if one["acknowledged"]}
        if not answer["next"]:
            return found
        cursor = f"&cursor={urllib.parse.quote(answer['next'])}"


def _guesses(page):
    """What a machine finds to fill in; one that understands `then type 123` is no machine."""
    runs = re.findall(r"\d{3}", page["link"])
    return ["", "test", runs[0] if runs else "1"]


def _scan(house, page):
    """By plain HTTP, as scanners do: look, look again, follow, press everything."""
    path = page["link"][len(house.base) :]
    robot = {"User-Agent": "SafeLinks/1.0", "Accept": "text/html"}
    house.call("HEAD", path, headers=robot)
    for guess in _guesses(page):
        text = house.call("GET", path, headers=robot)[1]
        seen = Page(text)
        for link in seen.links:
            if link.startswith("/"):
                house.call("GET", link, headers=robot)
        if guess == "":
            _submit(house, seen, guess)
        time.sleep(PATIENCE)
        _submit(house, seen, guess)


def _submit(house, seen, guess):
    for form in seen.forms:
        fields = {name: value if kind == "hidden" else guess for name, value, kind in form["fields"]}
        for name, value in form["buttons"] or [(None, "")]:
            house.form(form["action"], {**fields, **({name: value} if name else {})})


def _browse(chrome, pages, faults):
    """In a browser, with scripts: every page in a tab, then every form in every tab."""
    driver = chrome.driver
    tabs = []
    for page in pages:
        driver.switch_to.new_window("tab")
        chrome.open(page["link"])
        tabs.append((driver.current_window_handle, page))
    time.sleep(PATIENCE)
    for tab, page in tabs:
        driver.switch_to.window(tab)
        for index in range(len(chrome.find("form"))):
            form = chrome.find("form")[index]
            for field in form.find_elements(By.CSS_SELECTOR, "input:not([type=hidden])"):
                field.send_keys(_guesses(page)[-1])
            form.find_element(By.TAG_NAME, "button").send_keys("\n")
        for link in [one.get_attribute("href") for one in chrome.find("a[href]")]:
            chrome.open(link)
        faults.extend(f"a machine at case {page['case']}: {entry}" for entry in chrome.complaints())
        driver.close()
    driver.switch_to.window(driver.window_handles[0])


def _type(house, page):
    """A person by plain HTTP: looks, types the number, presses."""
    path = page["link"][len(house.base) :]
    form = Page(house.call("GET", path)[1]).forms[0]
    time.sleep(PATIENCE)
    fields = {name: value for name, value, _ in form["fields"]}
    fields["number"] = page["number"]
    house.form(form["action"], {**fields, "do": "acknowledge"})


def _press(house, chrome, page, faults):
    """A person on a phone: takes the case, gives it back, takes it again; the timeline says by which way."""

    def expect(is_so, fault):
        if not is_so:
            faults.append(fault)

    def names():
        return [one["event"] for one in house.events(page["case"])]

    def take():
        chrome.open(page["link"])
        time.sleep(PATIENCE)
        chrome.one("input[name=number]").send_keys(page["number"])
        chrome.press("Acknowledge")

    chrome.look(360, "dark")
    take()
    house.comes(lambda: "You have it" in chrome.one("main").text)
    expect("You have it" in chrome.one("main").text, "the number was typed; the page does not say who has the case")
    time.sleep(PATIENCE)
    chrome.press("Undo: give it back")
    house.comes(lambda: "unacknowledged" in names())
    expect("unacknowledged" in names(), f"undo: the case has {names()}")
    take()
    house.comes(lambda: names().count("acknowledged") == 2)
    expect(names().count("acknowledged") == 2, f"taken again: the case has {names()}")
    chrome.sign_in(house.base)
    chrome.open(f"{house.base}/cases/{page['case']}")
    expect("Anna Keller acknowledged by link" in chrome.one(".timeline").text, "the timeline does not say who and how")
    faults.extend(f"a person at a link: {entry}" for entry in chrome.complaints())
