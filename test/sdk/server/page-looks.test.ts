/** How the page looks, reads and holds against hostile words: sizes, names, contrast, what text can do. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemReader } from '../../../hal/reader.js'
import { type Model, open } from '../../../sdk/index.js'
import type { Load } from '../../../sdk/server/index.js'
import { contrasts } from './contrast.js'
import { noBrowser, openBrowser, pageRig, type Rig } from './page-rig.js'
import { until } from './served.js'

const folder = fileURLToPath(new URL('../../../sdk/server/page/', import.meta.url))
const files = readdirSync(folder).filter((name) => !name.endsWith('.ts'))

describe('its files', () => {
  it('are small, and need nothing from elsewhere', () => {
    const sizes = files.map((name) => readFileSync(folder + name).length)
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(60 * 1024)
    for (const name of files) {
      const text = readFileSync(folder + name, 'utf8').replaceAll('http://www.w3.org/2000/svg', '')
      expect(text, name).not.toMatch(
        /https?:|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style="|onclick/,
      )
    }
  })
})

const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'

describe('in a browser', () => {
  let browser: Browser
  let model: Model
  let rig: Rig
  let page: Page

  beforeAll(async () => {
    if (noBrowser) return
    ;[browser, model] = await Promise.all([openBrowser(), open('pilot')])
    const machine = systemReader()
    const sensors: Record<string, string> = {
      '/sys/class/thermal/thermal_zone0/type': hostile,
      '/sys/class/thermal/thermal_zone0/temp': '51250',
    }
    const reader = {
      ...machine,
      list: (path: string) =>
        path === '/sys/class/thermal' ? ['thermal_zone0'] : path.startsWith('/sys/class') ? [] : machine.list(path),
      read: (path: string) => (sensors[path] ? new TextEncoder().encode(sensors[path]) : machine.read(path)),
    }
    rig = await pageRig(model, { reader })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(rig.url)
    await page.waitForSelector('#plan table')
    const emit = rig.emit!
    const request = hostile
    emit({ type: 'request', request, kind: hostile as never, prompt: hostile })
    emit({ type: 'token', request, index: 0, text: `${hostile}. ` })
    emit({ type: 'token', request, index: 3, text: 'and so on' })
    emit({
      type: 'verdict',
      request,
      action: { skill: hostile, [hostile]: hostile, __proto__: null },
      verdict: 'refused',
      why: hostile,
    })
    emit({ type: 'verdict', request, action: { skill: 'drive', metres: 2 }, verdict: 'clamped', why: 'metres was 50' })
    emit({
      type: 'report',
      request,
      action: { skill: 'drive', metres: 2 },
      state: 'moving',
      percent: 40,
      ms: 9,
      error: hostile,
    })
    emit({ type: 'verdict', request: 'w', action: { skill: 'wait', seconds: 1 }, verdict: 'allowed', why: '' })
    emit({
      type: 'report',
      request: 'w',
      action: { skill: 'wait', seconds: 1 },
      state: 'failed',
      percent: 40,
      ms: 9,
      error: hostile,
    })
    emit({
      type: 'report',
      request: 'constructor',
      action: null,
      state: hostile,
      percent: Number.NaN,
      ms: 9,
      error: hostile,
    })
    emit({ type: 'end', request, reason: hostile, tokens: 4, ttftMs: 12, tokensPerSecond: 99.5 })
    const telemetry = {
      [hostile]: hostile,
      __proto__x: [1],
      constructor: { a: hostile },
      pose: { x: 1, y: 2, heading: 30 },
      speed: 0.25,
    }
    emit({ type: 'robot', mode: 'lost', latched: true, reason: hostile, telemetry })
    emit({ type: 'lost', events: hostile as never })
    await page.waitForSelector('#actions .state[data-state=failed]')
    await page.waitForSelector('#charts figure[data-absent=no]')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await rig?.[Symbol.asyncDispose]()
    await model?.close()
  }, 60_000)
  beforeEach((context) => {
    if (noBrowser) context.skip(noBrowser)
  })

  it('shows hostile words as words', async () => {
    expect(await page.locator('main img, main script, main iframe, main a').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    for (const where of ['#talk', '#actions', '#requests', '#telemetry', '#charts'])
      expect(await page.locator(where).textContent(), where).toContain('<img src=x onerror=')
    expect(await page.textContent('#talk .out')).toContain('2 not shown')
  })

  it('says what is absent, and what is there', async () => {
    const charts = await page.textContent('#charts')
    expect(charts).toMatch(/51\.3 °C/)
    expect(charts).toMatch(/Powerno sensor/)
    const core = page.locator('#charts figure', { hasText: 'LUT core occupancy' })
    expect(await core.isVisible()).toBe(false)
    const load: Load = {
      ...{
        temperatures: { cpu: 51.3 },
        watts: {},
        residentBytes: 1e8,
        freeBytes: 1e9,
        running: 0,
        waiting: 0,
        tokensPerSecond: 0,
        energy: 'no sensor: none here',
        throttling: { now: [], sinceBoot: [] },
      },
      lateness: { p99: 1, max: 2 },
      lutCore: { simulated: true, occupancy: 0.5 },
    }
    rig.emit!({ type: 'load', load })
    await core.waitFor({ state: 'visible' })
    expect(await core.textContent()).toMatch(/simulated.*50 %/)
  })

  it('fits 360 pixels, with STOP in sight', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    const wide = `[...document.querySelectorAll('main *')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible' && !e.closest('.unseen, thead')).map((e) => e.tagName + e.id + e.className)`
    expect(await page.evaluate(wide)).toEqual([])
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
    const box = (await page.locator('#stop').boundingBox())!
    expect(box.width).toBeGreaterThan(300)
    expect(box.height).toBeGreaterThanOrEqual(48)
    expect(box.y + box.height).toBeLessThanOrEqual(740)
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280)
  })

  for (const colorScheme of ['light', 'dark'] as const)
    it(`has text of enough contrast, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme })
      const found = await contrasts(page)
      expect(found.length).toBeGreaterThan(60)
      // WCAG 2.2 AA for text of any size.
      expect(found.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    })

  it('moves nothing where motion is to be reduced', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.evaluate("document.body.dataset.stop = 'unconfirmed'")
    const moving = "getComputedStyle(document.getElementById('stop')).animationName"
    expect(await page.evaluate(moving)).toBe('none')
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await page.evaluate(moving)).not.toBe('none')
    await page.evaluate('delete document.body.dataset.stop')
  })

  it('has a name for everything that can be used, landmarks, and live regions', async () => {
    const session = await page.context().newCDPSession(page)
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    const all = nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name, properties = [] }) => ({
        role: String(role?.value),
        name: String(name?.value ?? ''),
        ...Object.fromEntries(properties.map((each) => [each.name, each.value.value])),
      })) as { role: string; name: string; focusable?: boolean; live?: string }[]
    const usable = all.filter(({ role, focusable }) => focusable && role !== 'RootWebArea')
    expect(usable.filter(({ name }) => name === '')).toEqual([])
    const has = (role: string, name: RegExp) =>
      expect(
        all.filter((one) => one.role === role && name.test(one.name)),
        `${role} ${name}`,
      ).not.toEqual([])
    has('banner', /.*/)
    has('main', /.*/)
    has('button', /STOP/)
    has('button', /Reset/)
    has('textbox', /Instruction/)
    has('region', /Emergency stop/)
    for (const title of [/Ask/, /Tokens/, /Map/, /Telemetry/, /Actions/, /Instruments/, /Plan/, /Requests/])
      has('region', title)
    has('image', /Map\. The robot is at x 1\.00 m · y 2\.00 m · heading 30°/)
    has('image', /Temperature: .*from 51\.3 °C to 51\.3 °C/)
    has('table', /Ops of the model/)
    has('progressbar', /progress of drive/)
    has('alert', /.*/)
    expect(all.find(({ role }) => role === 'log')).toMatchObject({ live: 'polite' })
  })

  it('goes by Tab from the skip link to STOP and on, each with a focus that is seen', async () => {
    await page.reload()
    await page.waitForSelector('#plan table')
    const order: string[] = []
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      const focused = `((e) => (e.id || e.name || e.className || e.tagName) + (getComputedStyle(e).outlineStyle === 'none' ? ' unseen' : ''))(document.activeElement)`
      order.push((await page.evaluate(focused)) as string)
    }
    expect(order).toEqual([
      'skip',
      'reset',
      'stop',
      'kind',
      'ask',
      'send',
      'talk',
      'actions',
      'SUMMARY',
      'SUMMARY',
      'SUMMARY',
      'BODY unseen',
    ])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('ask')
  })

  it('hands whole sentences to a screen reader', async () => {
    const emit = rig.emit!
    emit({ type: 'request', request: 'r', kind: 'chat', prompt: 'hello' })
    for (const [index, text] of ['One ', 'two', '. Th', 'ree'].entries())
      emit({ type: 'token', request: 'r', index, text })
    const last = "document.getElementById('spoken').lastElementChild?.textContent"
    await until(async () => (await page.evaluate(last)) === 'One two.', 'a sentence')
    emit({ type: 'end', request: 'r', reason: 'stop', tokens: 4, ttftMs: 1, tokensPerSecond: 1 })
    await until(async () => (await page.evaluate(last)) === 'Three', 'the rest at the end')
  })
})
