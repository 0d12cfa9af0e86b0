import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { chromeTrace } from '../../../../kernels/lut-core/cycles/chrome.js'
import { tracePage } from '../../../../kernels/lut-core/cycles/page.js'
import { picture } from '../../../../kernels/lut-core/cycles/picture.js'
import { units } from '../../../../kernels/lut-core/cycles/timing.js'
import { traceLinears } from '../../../../kernels/lut-core/cycles/trace.js'
import { noBrowser, openBrowser } from '../../../sdk/server/page-rig.js'

const shapes = [
  { rows: 256, cols: 512, bits: 2, tokens: 1 },
  { rows: 100, cols: 256, bits: 4, tokens: 8, segment: 32 },
]
const trace = traceLinears(m2n64k4, shapes)

describe('a trace (simulated)', () => {
  it('has all the work that the timing counts, in spans that never overlap in a unit, and in bins', () => {
    for (const unit of units) {
      const busy = trace.parts.reduce((sum, { timing }) => sum + timing.busy[unit], 0)
      const spans = trace.spans.filter((span) => span.unit === unit)
      expect(spans.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(busy)
      for (let i = 1; i < spans.length; i++) expect(spans[i].start).toBeGreaterThanOrEqual(spans[i - 1].end)
      const binned = trace.occupancy[unit].reduce((sum, share, i) => {
        expect(share).toBeLessThanOrEqual(1)
        return sum + share * Math.min(trace.bin, trace.cycles - i * trace.bin)
      }, 0)
      expect(binned).toBeCloseTo(busy, 6)
    }
    expect(trace.cycles).toBe(trace.parts[0].timing.cycles + trace.parts[1].timing.cycles)
    expect(trace.spans.at(-1)?.end).toBeLessThanOrEqual(trace.cycles)
  })

  it('keeps spans up to a bound, and says up to where they are all there', () => {
    const short = traceLinears(m2n64k4, shapes, { spans: 50 })
    expect(short.spans.length).toBe(50)
    expect(short.occupancy).toEqual(trace.occupancy)
    const early = (spans: typeof short.spans) => spans.filter(({ start }) => start < short.spansUntil)
    expect(early(short.spans)).toEqual(early(trace.spans))
    expect(short.spansUntil).toBeLessThan(trace.cycles)
  })

  it('is drawn for the terminal: full where a unit always works, empty where it never does', () => {
    const full = new Array<number>(40).fill(1)
    const none = new Array<number>(40).fill(0)
    const drawn = picture({ ...trace, occupancy: { dma: full, load: none, array: full, store: none } }, 54).split('\n')
    expect(drawn[0]).toMatch(/^dma {3}\|█{40}\|/)
    expect(drawn[1]).toMatch(/^load {2}\| {40}\|/)
    expect(drawn[4]).toMatch(/^ {7}0 .*s$/)
  })

  it('opens in Perfetto: complete events in microseconds, each unit a thread', () => {
    const { traceEvents, otherData } = chromeTrace(trace) as {
      traceEvents: { ph: string; tid: number; ts: number; dur: number; cat: string; args?: { name?: string } }[]
      otherData: { simulated: boolean }
    }
    expect(otherData.simulated).toBe(true)
    const names = traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args?.name)
    expect(names).toEqual(['lut-core M2N64K4 (simulated)', 'linear', 'dma', 'load', 'array', 'store'])
    const complete = traceEvents.filter(({ ph }) => ph === 'X')
    expect(complete.length).toBe(trace.spans.length + 2)
    const array = complete.filter(({ cat }) => cat === 'array').reduce((sum, { dur }) => sum + dur, 0)
    expect(array).toBeCloseTo((trace.parts[0].timing.busy.array + trace.parts[1].timing.busy.array) / 1000, 6)
  })

  it('is a page that needs nothing else, whatever is in it', () => {
    const odd = { ...trace, parts: [{ ...trace.parts[0], title: '</script><b>&"' }] }
    const html = tracePage(odd)
    expect(html).not.toContain('</script><b>')
    expect(html).not.toMatch(/(src|href)=|https?:/)
    expect(html).toContain('simulated')
  })
})

it('the page draws, zooms and tells, without a complaint', async (context) => {
  if (noBrowser) return context.skip(noBrowser)
  const folder = mkdtempSync(join(tmpdir(), 'lutra-trace-'))
  const browser = await openBrowser()
  try {
    const file = join(folder, 'trace.html')
    writeFileSync(file, tracePage(trace))
    const page = await browser.newPage({ viewport: { width: 1100, height: 800 } })
    const heard: string[] = []
    page.on('console', (message) => heard.push(message.text()))
    page.on('pageerror', (error) => heard.push(error.message))
    page.on('request', (request) => heard.push(...(request.url().startsWith('file:') ? [] : [request.url()])))
    await page.goto(pathToFileURL(file).href)
    expect(await page.textContent('#where')).toContain(`${trace.cycles} cycles`)
    for (let i = 0; i < 6; i++) await page.click('#in')
    const shown = Math.round(trace.cycles / 64)
    expect(await page.textContent('#where')).toMatch(new RegExp(`, ${shown} cycles$`))
    const box = page.locator('#detail rect').first()
    await box.hover()
    expect(await page.textContent('#span')).toMatch(/ · at .*, \d+ cycles$/)
    // No label lies on another.
    const overlaps = `(() => {
      const boxes = [...document.querySelectorAll('#detail text')].map((text) => text.getBoundingClientRect())
      return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.left < b.right - 1 && b.left < a.right - 1 &&
        a.top < b.bottom - 1 && b.top < a.bottom - 1)).length
    })()`
    for (let i = 0; i < 8; i++) {
      expect(await page.evaluate(overlaps)).toBe(0)
      await page.click('#out')
    }
    await page.keyboard.press('0')
    expect(await page.textContent('#where')).toContain(`${trace.cycles} cycles`)
    expect(heard).toEqual([])
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
})
