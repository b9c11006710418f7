"""Every page in four looks: nothing sticks out, axe finds nothing, the browser complains of nothing."""
import cases
from chrome import SCHEMES, WIDTHS, Chrome
from house import House


def run(out, faults):
    with House() as house, Chrome() as strange, Chrome() as chrome:
        made = cases.fill(house)
        page = house.until(lambda: house.mailbox.pages(made["fresh"]), what="a mail of the page")[0]
        chrome.sign_in(house.base)
        shown = [
            (strange, "sign-in", "/sign-in?next=/calendar"),
            (strange, "acknowledge", page["link"][len(house.base) :]),
            (strange, "dead-link", "/a/nothing.at-all"),
            (strange, "nothing-here", "/nowhere"),
            (chrome, "now", "/"),
            (chrome, "calendar", "/calendar?rotation=support-primary"),
            (chrome, "calendar-other", "/calendar?rotation=specialists&week=18"),
            (chrome, "reports", "/reports"),
            (chrome, "files", "/files"),
            (chrome, "person", "/people/anna"),
            (chrome, "no-such-case", "/cases/999999"),
        ]
        shown += [(chrome, f"case-{name}", f"/cases/{number}") for name, number in made.items()]
        # Whoever has said for whom they act sees every form of the case.
        acting = Chrome()
        with acting:
            acting.sign_in(house.base)
            acting.open(f"{house.base}/cases/{made['answered']}")
            acting.press("Act for them")
            house.until(lambda: acting.find(".verbs details"), what="every form")
            shown.append((acting, "case-acting", f"/cases/{made['answered']}"))
            for browser, name, path in shown:
                _look(browser, name, house.base + path, out, faults)
    return f"{len(shown)} pages, {4 * len(shown)} pictures in {out}"


def _look(browser, name, address, out, faults):
    browser.open(address)
    for width in WIDTHS:
        for scheme in SCHEMES:
            browser.look(width, scheme)
            look = f"{name} at {width} px, {scheme}"
            browser.picture(out / f"{name}-{width}-{scheme}.png")
            wider = browser.overflow()
            if wider > 0:
                faults.append(f"{look}: {wider} px wider than the window")
            faults.extend(f"{look}: {fault}" for fault in browser.axe())
            faults.extend(f"{look}: {entry}" for entry in browser.complaints())
