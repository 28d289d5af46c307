"""A hand that has no mouse: it walks a page by Tab and presses what it stands on; every stop on its way is
looked at."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

# More stops than any page has: what is not reached by then cannot be.
MOST_STOPS = 400
# What is wrong where the keyboard stands (WCAG 2.4.7, 2.4.11): "" for nothing, null for nowhere.
# A box that is drawn by the label beside or around it wears its ring there.
LOOK = """async () => {
  const scrolled = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
  await new Promise(scrolled);
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const said = here.getAttribute("name") || here.innerText || here.getAttribute("aria-label") || here.tagName;
  const name = said.trim().replace(/\\s+/g, " ").slice(0, 40);
  const beside = here.nextElementSibling?.matches("label") ? here.nextElementSibling : null;
  const worn = [here, beside, here.closest("label")].filter(Boolean);
  const drawn = here.matches(".btn-check") ? beside : here;
  const box = drawn.getBoundingClientRect();
  const is_seen = box.width > 0 && box.height > 0 && drawn.checkVisibility({visibilityProperty: true});
  if (!is_seen) return `hidden: ${name}`;
  const has_ring = worn.some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  if (!has_ring) return `no ring: ${name}`;
  const within = (low, high, most) => [Math.max(low, 0) + 1, Math.min(high, most) - 1];
  const [left, right] = within(box.left, box.right, innerWidth);
  const [top, bottom] = within(box.top, box.bottom, innerHeight);
  if (left > right || top > bottom) return `out of sight: ${name}`;
  const columns = [left, (left + right) / 2, right], rows = [top, (top + bottom) / 2, bottom];
  const places = columns.flatMap((x) => rows.map((y) => [x, y]));
  const is_clear = places.some(([x, y]) => {
    const above = document.elementFromPoint(x, y);
    if (!above) return false;
    const is_around = above.contains(drawn) && getComputedStyle(above).display === "inline";
    return drawn.contains(above) || is_around || above.control === here;
  });
  return is_clear ? "" : `covered: ${name}`;
}"""


@dataclass
class Keyboard:
    """The keys of one window. ``stops`` counts where it stood, ``faults`` what was wrong there, by page."""

    page: Page
    stops: int = 0

    def __post_init__(self) -> None:
        self.faults: set[str] = set()

    def press(self, key: str) -> None:
        """Press one key, or several at once (``Control+k``)."""
        self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        """Type where the keyboard stands, over what stood there."""
        self.press("Control+a")
        self.page.keyboard.type(words)

    def step(self, back: bool = False) -> bool:
        """One Tab, and a look at where it led; whether it led anywhere on the page."""
        self.press("Shift+Tab" if back else "Tab")
        told = self.page.evaluate(LOOK)
        self.stops += 1
        if told:
            self.faults.add(f"{urlsplit(self.page.url).path}: {told}")
        return told is not None

    def reach(self, what: Locator, back: bool = False) -> None:
        """Walk until the keyboard stands on ``what``, at most once around the page."""
        ends = 0
        for _stop in range(MOST_STOPS):
            ends += not self.step(back)
            if what.evaluate("one => one === document.activeElement"):
                return
            assert ends < 3, f"no way by keyboard to {what}"
        raise AssertionError(f"the keyboard is caught on the way to {what}")

    def go(self, what: Locator, key: str = "Enter", back: bool = False) -> None:
        """Walk to a link or button and press it; the page after it stands."""
        self.reach(what, back)
        with self.page.expect_navigation():
            self.press(key)

    def choose(self, what: Locator, word: str) -> None:
        """Walk to a menu and go down to ``word``."""
        self.reach(what)
        for _option in range(what.locator("option").count() + 1):
            if what.evaluate("one => one.selectedOptions[0].text.trim()") == word:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{word} is not among the choices")

    def fill(self, what: Locator, words: str) -> None:
        """Walk to a field and type."""
        self.reach(what)
        self.write(words)
