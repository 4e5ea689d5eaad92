"""Ask a browser how a page looks, in its own language."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

WIDER_THAN_WINDOW = "() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"

OPEN_ALL = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"

CLIPPED = """() => [...document.body.querySelectorAll('*')].filter(element => {
  const style = getComputedStyle(element)
  const hides = [style.overflowX, style.overflowY].some(value => value === 'hidden' || value === 'clip')
  return hides && element.textContent.trim()
    && (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1)
}).map(element => element.outerHTML.slice(0, 120))"""

COVERED = """() => {
  const boxes = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    if (!node.data.trim() || node.parentElement.closest('.skip')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (box.width > 1 && box.height > 1) boxes.push({ box, text: node.data.trim().slice(0, 40) })
    }
  }
  boxes.sort((one, other) => one.box.top - other.box.top)
  const covered = []
  boxes.forEach((one, place) => {
    for (let next = place + 1; next < boxes.length; next++) {
      const other = boxes[next]
      if (other.box.top >= one.box.bottom) break
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
      const height = Math.min(one.box.bottom, other.box.bottom) - other.box.top
      if (width > 2 && height > 0.35 * Math.min(one.box.height, other.box.height)) {
        covered.push(`${one.text} / ${other.text}`)
      }
    }
  })
  return covered
}"""

OUT_OF_SIGHT = """() => {
  const scrolls = element => {
    for (; element; element = element.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(element).overflowX)) return true
    }
    return false
  }
  const outside = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    if (!node.data.trim() || scrolls(node.parentElement) || node.parentElement.closest('.skip')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const boxes = [...range.getClientRects()]
    if (boxes.some(box => box.left < -1 || box.right > innerWidth + 1)) outside.push(node.data.trim().slice(0, 40))
  }
  return outside
}"""

TABBABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(element => element.checkVisibility())
  .map(element => (element.getAttribute('href') ?? element.getAttribute('aria-labelledby') ?? element.tagName))"""

FOCUSED = """() => {
  const element = document.activeElement
  if (!element || element === document.body || element === document.documentElement) return null
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  const high = box.height > innerHeight
  return {
    name: element.getAttribute('href') ?? element.getAttribute('aria-labelledby') ?? element.tagName,
    ring: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    ringColour: style.outlineColor,
    colour: style.color,
    ground: style.backgroundColor,
    seen: box.width > 0 && box.left >= -1 && box.right <= innerWidth + 1
      && (high ? box.top < innerHeight && box.bottom > 0 : box.top >= -1 && box.bottom <= innerHeight + 1),
  }
}"""

# A cross of 44 px around the middle of each target, but for the pixels at its ends, belongs to it alone.
# A link that runs in a sentence is as high as its line.
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(element => {
    if (!element.checkVisibility() || element.matches('.skip')) return false
    const words = [element.parentElement, element].map(part => part.textContent.trim())
    if (getComputedStyle(element).display === 'inline' && words[0] !== words[1]) return false
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
    const box = element.getBoundingClientRect()
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
    return [[x, y - 21], [x, y + 21], [x - 21, y], [x + 21, y]]
      .some(point => !element.contains(document.elementFromPoint(...point)))
  }).map(element => element.outerHTML.slice(0, 120))"""

# Colours as they are drawn: of text and what is behind it, of the edges of controls, bars and charts.
DRAWN = """() => {
  const solid = colour => !colour.startsWith('rgba') || parseFloat(colour.split(',')[3]) === 1
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor
      if (solid(colour)) return colour
    }
    return null
  }
  const seen = selector => [...document.querySelectorAll(selector)].filter(element => element.checkVisibility())
  const told = (element, colours) => [element.outerHTML.slice(0, 80), ground(element.parentElement), ...colours]
  const edge = element => {
    const style = getComputedStyle(element)
    const drawn = parseFloat(style.borderTopWidth) >= 1 && style.borderTopStyle === 'solid'
    return told(element, [drawn ? style.borderTopColor : null])
  }
  const texts = seen('body *').filter(element =>
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()))
  return {
    texts: texts.map(element => [element.outerHTML.slice(0, 80), ground(element), getComputedStyle(element).color]),
    edges: seen('.rating, .bar, button:not(.sort), input, select, .facsimile td').map(edge),
    lines: seen('.measure > *').map(element => {
      const { stroke } = getComputedStyle(element)
      return told(element, [stroke === 'none' ? null : stroke])
    }),
  }
}"""


def lost(page: Page) -> list[str]:
    """Return what of a page, all opened, cannot be read where it stands, or makes the whole page scroll sideways."""
    page.evaluate(OPEN_ALL)
    found = []
    if wider := page.evaluate(WIDER_THAN_WINDOW):
        found.append(f"the page is {wider} px wider than the window")
    for what, script in (("clipped", CLIPPED), ("covered", COVERED), ("out of sight", OUT_OF_SIGHT)):
        found += [f"{what}: {words}" for words in page.evaluate(script)]
    return found


def focus_stops(page: Page, most: int) -> list[dict[str, Any]]:
    """Press Tab through a page; return how each stop looks."""
    stops: list[dict[str, Any]] = []
    while len(stops) < most:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    return stops
