/** Contrast of every visible text of a page with what lies behind it, as WCAG 2.2 computes it. */
import type { Page } from 'playwright-core'

export interface Contrast {
  readonly text: string
  readonly ratio: number
}

/** Runs in the page: text, its colour, and the first opaque background behind it. */
const script = `(() => {
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number)
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor)
      if (a === 1) return [r, g, b]
    }
    return [255, 255, 255]
  }
  const found = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim()
    const parent = walk.currentNode.parentElement
    if (!text || parent.closest('.unseen, script, noscript, dialog:not([open]), :disabled') || parent.getClientRects().length === 0) continue
    const style = getComputedStyle(parent)
    // Text in a drawing is filled.
    const color = parent.namespaceURI.endsWith('svg') ? style.fill : style.color
    found.push({ text: text.slice(0, 40), front: rgb(color).slice(0, 3), back: behind(parent) })
  }
  return found
})()`

export async function contrasts(page: Page): Promise<Contrast[]> {
  const found = (await page.evaluate(script)) as { text: string; front: number[]; back: number[] }[]
  return found.map(({ text, front, back }) => {
    const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a)
    return { text, ratio: (light + 0.05) / (dark + 0.05) }
  })
}

function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
