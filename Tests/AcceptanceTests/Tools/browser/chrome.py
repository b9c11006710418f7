"""Debian's Chromium, driven by its own chromedriver, with the pages' log and pictures."""
import base64
import pathlib

import axe_playwright_python
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

AXE = (pathlib.Path(axe_playwright_python.__path__[0]) / "axe.min.js").read_text()
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)


class Chrome:
    """One browser, signed in nowhere."""

    def __init__(self, scripts=True):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
            "--window-size=1280,900",
            "--lang=en-GB",
        ):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def look(self, width, scheme):
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=780 if width < 600 else 900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address):
        self.driver.get(address)

    def sign_in(self, base):
        self.open(base + "/sign-in")
        self.press("Sign in")
        WebDriverWait(self.driver, 10).until(lambda driver: "/sign-in" not in driver.current_url)

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def press(self, text):
        """Presses the button that says so, as a keyboard does."""
        self.driver.find_element(By.XPATH, f"//button[normalize-space()={text!r}]").send_keys("\n")

    def picture(self, path):
        """The whole page, below the fold too."""
        taken = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def axe(self):
        """What axe-core finds wrong, one line a rule with the first places."""
        if not self.driver.execute_script("return !!window.axe"):
            self.driver.execute_script(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done([{id: String(e)}]));"
        )
        return [
            f"{one['id']}: {one.get('help', '')} at "
            + "; ".join(node["html"][:120] for node in one.get("nodes", [])[:3])
            for one in found
        ]

    def overflow(self):
        """How many pixels the page is wider than its window."""
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def complaints(self):
        """What the browser complained of since it was last asked, on every page that it has been at; a refusal by
        the page's policy is among it, an answer such as 409 is not."""
        entries = [entry["message"] for entry in self.driver.get_log("browser")]
        return [entry for entry in entries if "Failed to load resource" not in entry]
