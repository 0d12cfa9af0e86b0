/** A small server for the page, until sdk/server has its own: the real pilot, the real hub, the simulated rover. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Firmware } from '../../../examples/simulated-rover/firmware.js'
import { at, cell, height, place, width } from '../../../examples/simulated-rover/room.js'
import { createGuard, type Model, open, skillSet } from '../../../sdk/index.js'
import { memoryPair, robot as openRobot } from '../../../sdk/robot/index.js'
import { places as placeNames } from '../../../sdk/robot/skills.js'
import { pageFile, pageHeaders } from '../../../sdk/server/page/files.js'
import { WatchHub } from '../../../sdk/server/watch/hub.js'
import { LoadSampler } from '../../../sdk/server/watch/load.js'
import { watchRobot } from '../../../sdk/server/watch/robot.js'
import { statusOf } from '../../../sdk/server/watch/status.js'
import type { Reader } from '../../../hal/reader.js'

let model: Promise<Model> | undefined

export async function servePage(options: { port?: number; token?: string; reader?: Reader; backend?: string; robot?: boolean } = {}) {
  const opened = options.backend ? open('pilot', { backend: options.backend }) : (model ??= open('pilot'))
  const m = await opened
  const pair = memoryPair()
  const firmware = new Firmware(pair.board, { speed: 1 })
  const rover = await openRobot(pair.host, { stopAfter: 5000 })
  const hub = new WatchHub()
  let tokens = 0
  let running = 0
  const load = new LoadSampler({ counters: () => ({ running, waiting: 0, tokens }), reader: options.reader, lutCore: options.backend === 'lut-core' ? () => m.counters() : undefined })
  hub.onWatched(load.watched)
  load.onLoad((each) => hub.emit({ type: 'load', load: each }))
  watchRobot(hub, rover.state as never)
  const guard = createGuard(skillSet(rover.skills))
  const places = Object.fromEntries(placeNames.flatMap((n) => (place(n) ? [[n, place(n)!]] : [])))
  const status = await statusOf({
    model: m,
    limits: { concurrent: 4, queue: 64, context: m.program.context },
    robot: options.robot === false ? undefined : { name: rover.name, simulated: true, watchdog: 'board', stopAfter: 500, skills: rover.skills },
    room: { cell, width, height, at, places, marks: { e: 'edge', P: 'person', '=': 'line' } },
  })
  let n = 0
  const act = async (text: string, signal: AbortSignal) => {
    const request = `req-${++n}`
    hub.emit({ type: 'request', request, kind: 'act', prompt: text })
    running++
    const found = await m.interpret(text, { signal, onToken: (t) => { tokens++; hub.emit({ type: 'token', request, index: t.index, text: t.text }) } })
    running--
    hub.emit({ type: 'end', request, reason: found.refused ? 'refused' : 'stop', tokens: found.tokens, ttftMs: found.ttftMs, tokensPerSecond: found.tokens / (found.ms / 1000) })
    const plan = guard.plan()
    const verdicts = found.actions.flatMap((a) => plan.check(a))
    for (const v of verdicts) hub.emit({ type: 'verdict', request, ...v })
    const allowed = verdicts.filter((v) => v.verdict !== 'refused').map((v) => v.action)
    await new Promise<void>((resolve, reject) => {
      const s = rover.perform(allowed).subscribe({
        next: (r) => hub.emit({ type: 'report', request, action: r.action, state: r.state, percent: r.percent, ms: r.ms, ...(r.error ? { error: r.error.message } : {}) }),
        error: reject,
        complete: resolve,
      })
      signal.addEventListener('abort', () => { s.unsubscribe(); resolve() })
    })
    return { actions: allowed }
  }
  const json = (response: ServerResponse, value: unknown, code = 200) => {
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url!
    const name = path === '/' ? 'index.html' : path.startsWith('/page/') ? path.slice(6) : undefined
    if (name) {
      const file = pageFile(name)
      response.writeHead(file ? 200 : 404, file ? { ...pageHeaders, 'content-type': file.type, etag: file.etag } : {})
      return response.end(file?.bytes)
    }
    if (options.token && request.headers.authorization !== `Bearer ${options.token}`) return json(response, { error: { message: 'Expected a token' } }, 401)
    let body = ''
    for await (const part of request) body += part
    const abort = new AbortController()
    response.on('close', () => abort.abort())
    if (path === '/lutra/events') return hub.serve(request, response)
    if (path === '/lutra/status') return json(response, status)
    if (path === '/lutra/stop') return json(response, await rover.stop())
    if (path === '/lutra/reset') return json(response, await rover.reset() ?? {})
    if (path === '/lutra/act') return json(response, await act(JSON.parse(body).text, abort.signal))
    return json(response, { error: { message: 'no such path' } }, 404)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((fault) => json(response, { error: { message: String(fault.message) } }, 500))
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    hub.close()
    load.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rover.close()
    firmware.off()
    if (options.backend) await m.close()
  }
  return { url: `http://127.0.0.1:${port}/`, port, hub, firmware, rover, close }
}
