/** What `lutra serve` shows at `/`, in a real browser, over the real pilot and the simulated rover. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemReader } from '../../../hal/reader.js'
import { type Model, open } from '../../../sdk/index.js'
import { complaints, noBrowser, openBrowser, pageRig, type Rig } from './page-rig.js'
import { until } from './served.js'

let browser: Browser
let model: Model

beforeAll(async () => {
  if (noBrowser) return
  ;[browser, model] = await Promise.all([openBrowser(), open('pilot')])
})
afterAll(async () => {
  await browser?.close()
  await model?.close()
})
beforeEach((context) => {
  if (noBrowser) context.skip(noBrowser)
})

async function look({ url }: Rig, options: { width?: number; colorScheme?: 'light' | 'dark' } = {}): Promise<Page> {
  const { width = 1280, colorScheme } = options
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
  await page.goto(url)
  await page.waitForSelector('#plan table')
  return page
}

async function ask(page: Page, words: string): Promise<void> {
  await page.fill('#ask', words)
  await page.press('#ask', 'Enter')
}

const moving = ({ firmware }: Rig) => until(() => Math.abs(firmware.body.speed) > 0.1, 'a rover that drives')
const resting = ({ firmware }: Rig) => until(() => firmware.latched && firmware.body.resting, 'a rover that stands')

describe('the page over a robot', () => {
  let rig: Rig
  let page: Page
  let heard: string[]

  beforeAll(async () => {
    if (noBrowser) return
    rig = await pageRig(model, { speed: 2 })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    heard = complaints(page, rig.url)
    await page.goto(rig.url)
  })
  afterAll(async () => {
    await page?.close()
    await rig?.[Symbol.asyncDispose]()
  })

  it('shows the plan as it is, with board, model and engines that lost', async () => {
    await page.waitForSelector('body[data-connection=live] #plan table')
    const rows = await page.locator('#plan > table tbody tr').allInnerTexts()
    expect(rows).toHaveLength(model.plan.ops.length)
    for (const [i, op] of model.plan.ops.entries()) {
      expect(rows[i]).toContain(op.kernel)
      expect(rows[i]).toContain(op.why)
    }
    const facts = await page.innerText('#facts')
    for (const fact of [model.board.title, 'pilot', `${model.backend.name} ${model.backend.isa}`])
      expect(facts).toContain(fact)
    const losers = await page.locator('#plan details').first().textContent()
    for (const { why } of model.plan.candidates) expect(losers).toContain(why)
  })

  it('drives the rover from the ask box: tokens, verdicts, and a map that moves', async () => {
    const before = { at: await page.innerText('#pose'), x: rig.firmware.body.x }
    await ask(page, 'drive one metre forward')
    await page.waitForSelector('#actions .state[data-state=done]')
    expect(rig.firmware.body.x - before.x).toBeCloseTo(1, 1)
    expect(await page.innerText('#talk .out')).toBe('[{"skill":"drive","metres":1}]')
    expect(await page.innerText('#actions')).toMatch(/drive metres 1 m[^]*allowed[^]*done/)
    await until(async () => (await page.innerText('#pose')) !== before.at, 'another pose')
    expect(await page.getAttribute('#map svg', 'aria-label')).toMatch(/The robot is at x \d/)
    expect((await page.getAttribute('#map .trail', 'points'))!.split(' ').length).toBeGreaterThan(3)
    expect(await page.innerText('#requests tbody tr')).toMatch(/act\s+drive one metre forward\s+\d+\s+\d+\s+[\d.]+\s+stop/)
    expect(await page.inputValue('#ask')).toBe('')
  })

  it('stops by mouse while it moves, keeps it so, and lets go only after a yes', async () => {
    await ask(page, 'drive five metres forward')
    await moving(rig)
    await page.click('#stop')
    await resting(rig)
    await page.waitForSelector('#alarm:has-text("The board confirmed it")')
    await page.waitForSelector('body[data-mode=stopped]')
    await page.waitForSelector('#actions .state[data-state=stopped]')
    await page.click('#reset')
    await page.getByRole('button', { name: 'Keep it stopped' }).click()
    expect(rig.firmware.latched).toBe(true)
    await page.click('#reset')
    await page.click('#reset-yes')
    await until(() => !rig.firmware.latched, 'a latch that is open')
    await page.waitForSelector('body[data-mode=idle]')
    expect(await page.innerText('#alarm')).toBe('')
  })

  it('stops by Escape from within the text that is being written', async () => {
    await ask(page, 'drive backward two metres')
    await moving(rig)
    await page.focus('#ask')
    await page.keyboard.press('Escape')
    await resting(rig)
    await page.waitForSelector('#alarm:has-text("The board confirmed it")')
  })

  it('says why an instruction was not done', async () => {
    await ask(page, 'drive one metre forward')
    await page.waitForSelector('#ask-fault:has-text("Not done")')
    await page.click('#reset')
    await page.click('#reset-yes')
    await until(() => !rig.firmware.latched, 'a latch that is open')
  })

  it('has not complained nor asked anybody else', () => {
    expect(heard).toEqual([])
  })
})
