/** The page for a long time: floods of tokens and requests, and as many pages as a browser has connections. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { systemReader } from '../../../hal/reader.js'
import { type Model, open } from '../../../sdk/index.js'
import { noBrowser, openBrowser, pageRig } from './page-rig.js'
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

it('stays small under 2,000 requests with 40,000 tokens', async () => {
  await using rig = await pageRig(model, { reader: systemReader() })
  const page = await browser.newPage()
  await page.goto(rig.url)
  await page.waitForSelector('body[data-connection=live] #plan table')
  const elements = 'document.querySelectorAll("*").length'
  let early = 0
  for (let n = 0; n < 2000; n++) {
    const request = `r${n}`
    rig.emit!({ type: 'request', request, kind: 'act', prompt: `request ${n}` })
    for (let index = 0; index < 20; index++) rig.emit!({ type: 'token', request, index, text: 'some words. ' })
    const action = { skill: 'drive', metres: 1 }
    rig.emit!({ type: 'verdict', request, action, verdict: 'allowed', why: '' })
    rig.emit!({ type: 'report', request, action, state: 'done', percent: 100, ms: 1 })
    rig.emit!({ type: 'end', request, reason: 'stop', tokens: 20, ttftMs: 1, tokensPerSecond: 100 })
    if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    if (n === 500) early = (await page.evaluate(elements)) as number
  }
  const last = "document.querySelector('#requests tbody td:nth-child(3)').textContent"
  await until(async () => (await page.evaluate(last)) === 'request 1999', 'the last request')
  expect(await page.evaluate(elements)).toBeLessThan(early * 1.1 + 100)
  expect(await page.locator('#talk article').count()).toBeLessThanOrEqual(12)
  await page.close()
}, 120_000)

it('stops although six pages in sight hold all connections that a browser opens to one server', async () => {
  await using rig = await pageRig(model)
  const context = await browser.newContext()
  for (let n = 0; n < 6; n++) {
    const page = await context.newPage()
    await page.goto(rig.url, { waitUntil: 'commit' })
    await page.waitForSelector('body[data-connection=live]')
    if (n === 5) await page.keyboard.press('Escape')
  }
  await until(() => rig.firmware.latched, 'a stop', 60_000)
  await context.close()
}, 120_000)
