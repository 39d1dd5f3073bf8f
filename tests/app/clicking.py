"""What a person does with a page in a real browser."""

import json
from pathlib import Path

from selenium.common.exceptions import StaleElementReferenceException


class Page:
    """A page that is open, and what is done with it."""

    def __init__(self, browser, patiently) -> None:
        self.browser, self.patiently = browser, patiently

    def all(self, selector: str, text: str = "") -> list:
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter(one => one.textContent.includes(arguments[1]))",
            selector,
            text,
        )

    def shown(self, selector: str, text: str = "") -> list:
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].filter("
            "one => one.textContent.includes(arguments[1]) && one.getClientRects().length)",
            selector,
            text,
        )

    def texts(self, selector: str) -> list[str]:
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter(one => one.getClientRects().length).map(one => one.textContent)",
            selector,
        )

    def click(self, selector: str, text: str = "") -> None:
        """Click on the first that is shown; the page may replace it meanwhile."""

        def clicked() -> bool:
            try:
                self.shown(selector, text)[0].click()
            except (IndexError, StaleElementReferenceException):
                return False
            return True

        self.patiently(clicked)

    def drop(self, selector: str, *paths: Path) -> None:
        """Drag files from the desktop onto an element."""
        self.patiently(lambda: self.texts(selector))
        x, y = self.browser.execute_script(
            "const target = [...document.querySelectorAll(arguments[0])]"
            ".find(one => one.getClientRects().length);"
            "target.scrollIntoView({block: 'center'});"
            "const r = target.getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2];",
            selector,
        )
        at = {"x": x, "y": y}
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.browser.execute_cdp_cmd(
                "Input.dispatchDragEvent", {"type": kind, **at, "data": data}
            )

    def fill(self, label: str, text: str) -> None:
        """Type into a field that is shown, by its label."""
        fields = "[...document.querySelectorAll('label.q-field')]"
        (field,) = self.patiently(
            lambda: self.browser.execute_script(
                f"return {fields}.filter(one => one.getClientRects().length && "
                "one.textContent.trim() === arguments[0]).map(one => one.querySelector('input'))",
                label,
            )
        )
        field.send_keys(text)

    def hosts(self) -> set[str]:
        """Everyone that the browser was asked to speak to."""
        said = [
            json.loads(line["message"])["message"] for line in self.browser.get_log("performance")
        ]
        urls = [
            one["params"]["request"]["url"]
            for one in said
            if one["method"] == "Network.requestWillBeSent"
        ]
        return {url.split("/")[2] for url in urls if url.startswith(("http", "ws"))}
