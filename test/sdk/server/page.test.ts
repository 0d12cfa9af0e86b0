/** What `lutra serve` shows at `/`, in a real browser, over the real pilot and the simulated rover. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Model, open } from '../../../sdk/index.js'
import { complaints, noBrowser, openBrowser, pageRig, type Rig } from './page-rig.js'
import { until } from './served.js'

let browser: Browser
let model: Model

beforeAll(async () => {
  if (noBrowser) return
  ;[browser, model] = await Promise.all([openBrowser(), open('pilot')])
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await model?.close()
}, 60_000)
beforeEach((context) => {
  if (noBrowser) context.skip(noBrowser)
})

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
  }, 60_000)
  afterAll(async () => {
    await page?.close()
    await rig?.[Symbol.asyncDispose]()
  }, 60_000)

  it('shows the plan as it is, with board, model and engines that lost', async () => {
    await page.waitForSelector('body[data-connection=live] #plan table')
    const rows = await page.locator('#plan > table tbody tr').allTextContents()
    expect(rows).toHaveLength(model.plan.ops.length)
    for (const [i, op] of model.plan.ops.entries()) {
      expect(rows[i]).toContain(op.kernel)
      expect(rows[i]).toContain(op.why)
    }
    const facts = await page.textContent('#facts')
    for (const fact of [model.board.title, 'pilot', `${model.backend.name} ${model.backend.isa}`])
      expect(facts).toContain(fact)
    const losers = await page.locator('#plan details').first().textContent()
    for (const { why } of model.plan.candidates) expect(losers).toContain(why)
  })

  it('drives the rover from the ask box: tokens, verdicts, and a map that moves', async () => {
    const before = { at: await page.textContent('#pose'), x: rig.firmware.body.x }
    await ask(page, 'drive one metre forward')
    await page.waitForSelector('#actions .state[data-state=done]')
    expect(rig.firmware.body.x - before.x).toBeCloseTo(1, 1)
    expect(await page.textContent('#talk .out')).toBe('[{"skill":"drive","metres":1}]')
    expect(await page.textContent('#actions')).toMatch(/drive metres 1 m.*allowed.*done/)
    await until(async () => (await page.textContent('#pose')) !== before.at, 'another pose')
    expect(await page.getAttribute('#map svg', 'aria-label')).toMatch(/The robot is at x \d/)
    expect((await page.getAttribute('#map .trail', 'points'))!.split(' ').length).toBeGreaterThan(3)
    expect(await page.textContent('#requests tbody tr')).toMatch(/actdrive one metre forward[\d.]+stop$/)
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
    expect(await page.textContent('#alarm')).toBe('')
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

describe('a page and a server that goes away', () => {
  it('says that a stop is not confirmed, keeps trying, and stops the next robot as soon as it is there', async () => {
    const first = await pageRig(model)
    const port = first.server.port
    const page = await browser.newPage()
    await page.goto(first.url)
    await ask(page, 'bring me the moon')
    await page.waitForSelector('#actions .state[data-state=refused]')
    await first[Symbol.asyncDispose]()
    await page.waitForSelector('body[data-connection=lost]')
    expect(await page.textContent('#connection')).toContain('connection lost')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#alarm:has-text("STOP NOT CONFIRMED")')
    await using second = await pageRig(model, { port })
    await page.waitForSelector('#alarm:has-text("The board confirmed it")')
    expect(second.firmware.latched).toBe(true)
    await page.waitForSelector('body[data-connection=live]')
    // Another server: what the first had told is void.
    await page.waitForSelector('#actions:empty', { state: 'attached' })
    expect(await page.locator('#talk article').count()).toBe(0)
    await page.close()
  })

  it('goes on where it was after the line alone broke', async () => {
    await using rig = await pageRig(model)
    const page = await browser.newPage()
    await page.goto(rig.url)
    await ask(page, 'bring me the moon')
    await page.waitForSelector('#actions .state[data-state=refused]')
    await page.context().setOffline(true)
    await page.evaluate("import('/page/stream.mjs').then(({ letGo }) => letGo())")
    await page.waitForSelector('body[data-connection=lost]')
    await page.context().setOffline(false)
    await page.waitForSelector('body[data-connection=live]')
    expect(await page.locator('#talk article').count()).toBe(1)
    expect(await page.locator('#requests tbody tr').count()).toBe(1)
    await page.close()
  })
})

describe('a server that wants a token', () => {
  it('is asked for it once, in the tab, and stops with it', async () => {
    await using rig = await pageRig(model, { tokens: ['right'] })
    const page = await browser.newPage()
    await page.goto(rig.url)
    await page.waitForSelector('#token-dialog[open]')
    await page.fill('#token', 'wrong')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#token-text:has-text("does not take that token")')
    await page.fill('#token', 'right')
    await page.keyboard.press('Enter')
    await page.waitForSelector('body[data-connection=live] #plan table')
    await page.reload()
    await page.waitForSelector('body[data-connection=live] #plan table')
    expect(await page.locator('#token-dialog[open]').count()).toBe(0)
    await page.click('#stop')
    await resting(rig)
    // Nothing of it in an address, where logs and histories would keep it.
    expect(page.url()).toBe(`${rig.url}/`)
    await page.close()
  })
})
