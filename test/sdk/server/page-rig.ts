/** A served page for the tests: the real server, the pilot, the simulated rover, and a browser to look at it. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { Firmware } from '../../../examples/simulated-rover/firmware.js'
import { at, cell, height, place, width } from '../../../examples/simulated-rover/room.js'
import { createGuard, type Model, skillSet } from '../../../sdk/index.js'
import type { Reader } from '../../../hal/reader.js'
import { memoryPair, robot as openRobot } from '../../../sdk/robot/index.js'
import { places as placeNames } from '../../../sdk/robot/skills.js'
import { sendJson } from '../../../sdk/server/answer.js'
import { serve } from '../../../sdk/server/index.js'
import type { Route } from '../../../sdk/server/index.js'
import { watched } from '../../../sdk/server/watch/watched.js'

const chrome = '/usr/bin/chromium'
/** Why there is no browser here, or undefined. */
export const noBrowser = existsSync(chrome) ? undefined : `${chrome} is not installed`

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chrome, args: ['--no-sandbox'] })
}

export interface Rig {
  readonly url: string
  readonly port: number
  readonly firmware: Firmware
  emit: ReturnType<typeof watched>['emit']
  close(): Promise<void>
}

export async function rig(model: Model, options: { port?: number; token?: string; reader?: Reader; speed?: number } = {}): Promise<Rig> {
  const pair = memoryPair()
  const firmware = new Firmware(pair.board, { speed: options.speed ?? 1 })
  const rover = await openRobot(pair.host, { stopAfter: 5000 })
  const places = Object.fromEntries(placeNames.flatMap((n) => (place(n) ? [[n, place(n)!]] : [])))
  const walls = []
  for (let y = cell / 2; y < height; y += cell) for (let x = cell / 2; x < width; x += cell) if (at(x, y) === '#') walls.push({ x: x - cell / 2, y: y - cell / 2, width: cell, height: cell })
  const marks = []
  for (let y = cell / 2; y < height; y += cell) for (let x = cell / 2; x < width; x += cell) { const kind = { e: 'edge', P: 'person', '=': 'line' }[at(x, y)]; if (kind) marks.push({ kind, x: x - cell / 2, y: y - cell / 2, width: cell, height: cell }) }
  const watch = watched({
    model, robot: rover, limits: { concurrent: 4, queue: 64, context: model.program.context }, line: { running: 0, waiting: 0 },
    reader: options.reader,
    map: { walls, marks, places },
  })
  const guard = createGuard(skillSet(rover.skills))
  const routes: Route[] = [
    ...watch.routes,
    { method: 'POST', path: '/lutra/stop', handle: async ({ response }) => sendJson(response, await rover.stop()) },
    { method: 'POST', path: '/lutra/reset', handle: async ({ response }) => { await rover.reset(); sendJson(response, {}) } },
    { method: 'POST', path: '/lutra/act', handle: async ({ id: request, response, json, signal }) => {
      const { text } = (await json()) as { text: string }
      watch.emit({ type: 'request', request, kind: 'act', prompt: text })
      const found = await model.interpret(text, { signal, onToken: (t) => watch.emit({ type: 'token', request, index: t.index, text: t.text }) })
      watch.emit({ type: 'end', request, reason: found.refused ? 'refused' : 'stop', tokens: found.tokens, ttftMs: found.ttftMs, tokensPerSecond: found.tokens / (found.ms / 1000) })
      const plan = guard.plan()
      const verdicts = found.actions.flatMap((a) => plan.check(a))
      for (const v of verdicts) watch.emit({ type: 'verdict', request, ...v })
      const allowed = verdicts.filter((v) => v.verdict !== 'refused').map((v) => v.action)
      await new Promise<void>((resolve, reject) => {
        const s = rover.perform(allowed).subscribe({
          next: (r) => watch.emit({ type: 'report', request, action: r.action, state: r.state, percent: r.percent, ms: r.ms, ...(r.error ? { error: r.error.message } : {}) }),
          error: reject,
          complete: resolve,
        })
        signal.addEventListener('abort', () => { s.unsubscribe(); resolve() })
      })
      sendJson(response, { actions: allowed })
    } },
  ]
  const server = await serve(model, { port: options.port ?? 0, tokens: options.token ? [options.token] : [], routes, watch, drain: 200 })
  const close = async () => {
    watch.close()
    await server.close()
    await rover.close()
    firmware.off()
  }
  return { url: server.url, port: server.port, firmware, emit: watch.emit, close }
}

/** What the page must never do: complain, fail, or ask anybody else. */
export function listenFor(page: Page, url: string): string[] {
  const heard: string[] = []
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) heard.push(`request: ${request.url()}`)
  })
  return heard
}
