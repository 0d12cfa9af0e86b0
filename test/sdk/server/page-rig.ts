/** The page for the tests: the real server with the pilot and the simulated rover, and a browser to look at it. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Reader } from '../../../hal/reader.js'
import type { Model } from '../../../sdk/index.js'
import { floorPlan, memoryPair, robot } from '../../../sdk/robot/index.js'
import { Firmware } from '../../../sdk/robot/simulated-rover/index.js'
import { type ServeOptions, type Server, serve } from '../../../sdk/server/index.js'
import { type Watched, watched } from '../../../sdk/server/watch/watched.js'

const chrome = '/usr/bin/chromium'
/** Why no browser can be opened here, or undefined. */
export const noBrowser = existsSync(chrome) ? undefined : `${chrome} is not installed`

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chrome, args: ['--no-sandbox'] })
}

export interface Rig extends AsyncDisposable {
  readonly url: string
  readonly server: Server
  /** The board's side: what really moves. */
  readonly firmware: Firmware
  /** Tells the page anything; only where `reader` is given. */
  readonly emit: Watched['emit'] | undefined
}

/** `reader`: the page is put together here, over a machine of the test's making. `speed`: simulated seconds per second. A busy machine must not look like a dead host, so the board is patient. */
export async function pageRig(
  model: Model,
  { speed = 1, reader, ...options }: ServeOptions & { speed?: number; reader?: Reader } = {},
): Promise<Rig> {
  const { host, board } = memoryPair()
  const firmware = new Firmware(board, { speed })
  const rover = await robot(host, { stopAfter: 10_000 })
  const map = floorPlan()
  const limits = { concurrent: 4, queue: 64, context: model.program.context }
  const watch = reader && watched({ model, robot: rover, map, line: { running: 0, waiting: 0 }, limits, reader })
  const own = watch ? { page: false, watch, routes: watch.routes } : {}
  const server = await serve(model, { port: 0, drain: 500, robot: rover, map, ...own, ...options })
  return {
    ...{ url: server.url, server, firmware, emit: watch?.emit },
    [Symbol.asyncDispose]: async () => {
      watch?.close()
      await server.close()
      await rover.close()
      firmware.off()
    },
  }
}

/** What a page must never do: complain, fail, or ask anybody but its server. */
export function complaints(page: Page, url: string): string[] {
  const heard: string[] = []
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) heard.push(`request: ${request.url()}`)
  })
  return heard
}
