"""One visit of a browser to one page: what axe-core finds, what overflows, what is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

import programs
from browsing import DESKTOP, PHONE, Watched, watch

RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] })
  return violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${node.target.join(" ")} – ${node.failureSummary.replace(/\\s+/g, " ")}`))
}"""

# What sticks out of the window and is not inside something that scrolls by itself.
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return []
  const clipped = element => {
    for (let up = element.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return up !== document.body
    return false
  }
  const out = [...document.body.querySelectorAll("*")].filter(element =>
    element.getBoundingClientRect().right > width + 1 && !clipped(element))
  return out.slice(0, 5).map(element => element.outerHTML.slice(0, 120)).concat("scrollWidth " +
    document.documentElement.scrollWidth)
}"""

# A lazy picture is asked for now, so that a broken one shows.
BROKEN_PICTURES = """async () => {
  const pictures = [...document.querySelectorAll("img")]
  pictures.forEach(picture => { picture.loading = "eager" })
  await Promise.all(pictures.map(picture => picture.decode().catch(() => undefined)))
  return pictures.filter(picture => !picture.naturalWidth).map(picture => picture.src)
}"""

SETTLED = "() => document.fonts.ready.then(() => new Promise(requestAnimationFrame))"


@dataclass
class Visit:
    """What a browser met on one page."""

    address: str
    violations: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    broken_pictures: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def visit_all(browser: Browser, base: str, addresses: Sequence[str]) -> list[Visit]:
    """Every address at desk size for axe-core, then at phone width for the layout."""
    script = programs.axe().read_text(encoding="utf-8")
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN", reduced_motion="reduce")
    watched = watch(context, base)
    try:
        return [_visit(watched, base, address, script) for address in addresses]
    finally:
        context.close()


def _visit(watched: Watched, base: str, address: str, script: str) -> Visit:
    page = watched.page
    watched.complaints.clear()
    watched.requests.clear()
    page.set_viewport_size(DESKTOP)
    page.goto(base + address)
    page.evaluate(SETTLED)
    violations = axe_violations(page, script)
    broken = page.evaluate(BROKEN_PICTURES)
    sideways = sideways_at(page, PHONE)
    return Visit(
        address, violations, sideways, broken, list(watched.complaints), list(watched.strangers)
    )


def axe_violations(page: Page, script: str) -> list[str]:
    """Every violation of axe-core's default rules, one line each."""
    page.evaluate(script)
    return page.evaluate(RUN_AXE)


def at_hand(page, button, size):
    """Whether a button is wholly in a window of that size without scrolling."""
    page.set_viewport_size(size)
    page.evaluate("() => scrollTo(0, 0)")
    box = page.locator(button).bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


def sideways_at(page: Page, size: dict[str, int]) -> list[str]:
    """What makes the page scroll sideways at this size; nothing if it does not."""
    page.set_viewport_size(size)
    page.evaluate(SETTLED)
    return page.evaluate(SIDEWAYS)
