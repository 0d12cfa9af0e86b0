import { once } from 'node:events'
import { Audit } from '../action/index.js'
import { floorPlan, type Robot } from '../robot/index.js'
import { isSimulated } from '../robot/line.js'
import { robot as openRobot } from '../robot/robot.js'
import type { ServeOptions, Server } from '../server/index.js'
import { type Command, engineOptions, type Invocation, list, number, text, UsageError, whole } from './command.js'
import { openFor } from './model-options.js'

/** `lutra serve`: a model behind HTTP until SIGINT or SIGTERM. */
export const serve: Command = {
  name: 'serve',
  usage:
    '[MODEL] [--port 8080] [--host 127.0.0.1] [--token SECRET]... [--robot PORT|simulated] [--audit FILE] [--concurrent N] [--queue N] ' +
    '[--patience SECONDS] [--context N] [--sessions N] [--drain SECONDS] [--allow-origin URL]... [--allow-host NAME]...',
  about:
    'Serves MODEL (default pilot) to OpenAI clients on this machine alone; --host elsewhere needs --token or LUTRA_TOKEN. ' +
    'With --json one document once it listens.',
  options: {
    ...engineOptions,
    port: { type: 'string' },
    host: { type: 'string' },
    token: { type: 'string', multiple: true },
    robot: { type: 'string' },
    audit: { type: 'string' },
    concurrent: { type: 'string' },
    queue: { type: 'string' },
    patience: { type: 'string' },
    context: { type: 'string' },
    sessions: { type: 'string' },
    drain: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
    'allow-host': { type: 'string', multiple: true },
  },
  async run(call) {
    if (call.words.length > 1) throw new UsageError('Expected one MODEL')
    const options = optionsOf(call)
    const name = call.words[0] ?? 'pilot'
    const model = await openFor(call, name, { context: whole(call, 'context', 1, 2 ** 24) })
    let robot: Robot | undefined
    let audit: Audit | undefined
    let server: Server | undefined
    try {
      const port = text(call, 'robot')
      robot = port === undefined ? undefined : await openRobot(port, { alive: model.alive() })
      const log = text(call, 'audit')
      audit = log === undefined ? undefined : await Audit.open(log)
      const { serve } = await import('../server/index.js')
      // The simulated rover's flat is known; where a real robot drives is not.
      const map = port !== undefined && isSimulated(port) ? floorPlan() : undefined
      server = await serve(model, { ...options, robot, audit, map })
      announce(call, server, name, robot)
      if (!call.signal.aborted) await once(call.signal, 'abort')
      if (!call.json) process.stderr.write('lutra: closing; what runs may finish\n')
    } finally {
      await server?.close()
      await robot?.close()
      await audit?.close()
      await model.close()
    }
    return undefined
  },
}

/** Flags are read before anything is opened. */
function optionsOf(call: Invocation): ServeOptions {
  const milliseconds = (name: string) => {
    const seconds = number(call, name, 0, 3600)
    return seconds === undefined ? undefined : Math.ceil(seconds * 1000)
  }
  const { LUTRA_TOKEN } = process.env
  const tokens = list(call, 'token')
  return {
    port: whole(call, 'port', 0, 65_535),
    host: text(call, 'host'),
    tokens: tokens.length === 0 && LUTRA_TOKEN ? [LUTRA_TOKEN] : tokens,
    concurrent: whole(call, 'concurrent', 1, 1024),
    queue: whole(call, 'queue', 0, 65_536),
    patience: milliseconds('patience'),
    sessions: whole(call, 'sessions', 0, 1024),
    drain: milliseconds('drain'),
    allowOrigin: list(call, 'allow-origin'),
    allowHost: list(call, 'allow-host'),
  }
}

/** Printed while it runs: whoever started it waits for this line. */
function announce(call: Invocation, { url }: Server, model: string, robot: Robot | undefined): void {
  const document = { url, model, ...(robot ? { robot: { name: robot.name, simulated: robot.simulated } } : {}) }
  if (call.json) process.stdout.write(`${JSON.stringify(document)}\n`)
  else {
    const driven = robot ? `, ${robot.simulated ? 'simulated ' : ''}robot ${robot.name}` : ''
    process.stdout.write(`${model} at ${url}${driven}\n`)
  }
}
