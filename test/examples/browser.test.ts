/** The browser example in headless Chromium: isolated, on threads, with Node's tokens, and never deaf. */
import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveBrowser } from '../../examples/browser/serve.js'
import { open } from '../../sdk/open.js'
import { complaints, noBrowser, openBrowser } from '../sdk/server/page-rig.js'

const prompt = 'go forward two metres, then look left. '
/** The page loads the package as it is built. */
const unbuilt = existsSync(new URL('../../dist/sdk/browser.js', import.meta.url))
  ? undefined
  : 'dist/ is not built (npm run build:ts)'
const reason = noBrowser ?? unbuilt
const title = reason ? `the browser example (skipped: ${reason})` : 'the browser example'

describe.skipIf(reason)(title, { timeout: 60_000 }, () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof serveBrowser>>
  beforeAll(async () => {
    browser = await openBrowser()
    server = await serveBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function ready(query = ''): Promise<Page> {
    const page = await browser.newPage()
    await page.goto(`${server.url}/${query}`)
    await page.getByRole('button', { name: 'Go' }).and(page.locator(':enabled')).waitFor()
    return page
  }

  it('understands an instruction, and asks nobody but its server', async () => {
    const page = await browser.newPage()
    const heard = complaints(page, server.url)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${server.url}/?threads=2`)
    await page.getByRole('button', { name: 'Go' }).and(page.locator(':enabled')).click()
    await page.getByText('2 actions').waitFor()
    expect(await page.locator('output').textContent()).toBe(
      '{"skill":"drive","metres":-0.5}\n{"skill":"turn","degrees":-90}',
    )
    expect(heard).toEqual([])
    expect(asked).toContain('/lutra/kernels/wasm/host/browser.js')
    expect(asked).not.toContain('/lutra/kernels/wasm/host/node.js')
    await page.close()
  })

  it("is cross-origin isolated and gives the tokens of Node's wasm engine", async () => {
    const model = await open('pilot', { backend: 'wasm' })
    const expected = []
    for await (const { id } of model.generate(prompt, { temperature: 0, maxTokens: 24 })) expected.push(id)
    await model.close()
    const page = await ready('?threads=1')
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    for (const threads of [1, 3]) {
      const found = await inPage(page, threads, 24)
      expect(found.threads).toBe(threads)
      expect(found.ids).toEqual(expected)
    }
    await page.close()
  })

  it('lets the page live while it generates: other messages come between tokens, and an abort is heard', async () => {
    const page = await ready('?threads=1')
    const { ids, turns, stopReason } = await inPage(page, 2, 64)
    expect(ids.length).toBeGreaterThan(8)
    // One a token at the least; a thousand are usual.
    expect(turns).toBeGreaterThanOrEqual(ids.length)
    expect(stopReason).not.toBe('cancelled')
    const stopped = await inPage(page, 2, 64, 5)
    expect(stopped.stopReason).toBe('cancelled')
    expect(stopped.ids.length).toBeLessThan(ids.length)
    await page.close()
  })

  it('says so where the headers are missing', async () => {
    const page = await browser.newPage()
    await page.route('**/*', async (route) => {
      const response = await route.fetch()
      const headers = Object.entries(response.headers()).filter(([name]) => !name.startsWith('cross-origin-'))
      await route.fulfill({ response, headers: Object.fromEntries(headers) })
    })
    await page.goto(server.url)
    await page.getByText('a page needs cross-origin isolation').waitFor()
    await page.close()
  })
})

/** Generates in the page by the package's door, and counts other turns of its event loop; after `stopAfter` tokens one aborts it. */
function inPage(
  page: Page,
  threads: number,
  maxTokens: number,
  stopAfter?: number,
): Promise<{ threads: number; ids: number[]; turns: number; stopReason: string }> {
  const script = `(async ({ prompt, threads, maxTokens, stopAfter }) => {
    const { open } = await import('/lutra/sdk/browser.js')
    const model = await open('/pilot.gguf', { threads })
    const ids = []
    let turns = 0
    const end = new AbortController()
    // A message to itself, again and again: it is heard while the model computes, or the page is deaf.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      turns++
      if (stopAfter !== undefined && ids.length >= stopAfter) end.abort()
      port2.postMessage(0)
    }
    port2.postMessage(0)
    const tokens = model.generate(prompt, { temperature: 0, maxTokens, signal: end.signal })
    let step = await tokens.next()
    for (; !step.done; step = await tokens.next()) ids.push(step.value.id)
    port1.close()
    await model.close()
    return { threads: model.backend.threads, ids, turns, stopReason: step.value.stopReason }
  })(${JSON.stringify({ prompt, threads, maxTokens, stopAfter })})`
  return page.evaluate(script) as ReturnType<typeof inPage>
}
