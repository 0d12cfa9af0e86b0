/**
 * The robot behind the server: an instruction to act on, an emergency stop that passes everything, a reset for a person.
 * takes  POST /lutra/act, /lutra/stop, /lutra/reset · gives  JSON or server-sent events
 * before ./act · after ./serve
 */
import { Act } from './act.js'
import { sendJson } from './answer.js'
import type { Served } from './options.js'
import type { Route } from './route.js'

export function robotRoutes(served: Served): readonly Route[] {
  const { robot } = served.settings
  if (!robot) return []
  const act = new Act(served, robot)
  return [
    { method: 'POST', path: '/lutra/act', handle: (call) => act.handle(call) },
    {
      method: 'POST',
      path: '/lutra/stop',
      // Waits for no turn and no body.
      handle: async ({ response }) => sendJson(response, await robot.stop()),
    },
    {
      method: 'POST',
      path: '/lutra/reset',
      handle: async ({ response }) => {
        await robot.reset()
        sendJson(response, { reset: true })
      },
    },
  ]
}
