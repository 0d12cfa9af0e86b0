/** Hostile HTTP, a short run of what the long test does a million times. */
import { expect, it } from 'vitest'
import { serve } from '../../../sdk/server/index.js'
import { fuzzHttp } from './http-fuzz.js'
import { smallModel } from './served.js'

it('answers every request, whatever it holds, and never with a fault of its own', async () => {
  const model = await smallModel({ context: 32 })
  const faults: unknown[] = []
  const server = await serve(model, { port: 0, onFault: (fault) => faults.push(fault) })
  const { byStatus } = await fuzzHttp(server, 400, 1)
  expect(faults).toEqual([])
  expect(byStatus['200']).toBeGreaterThan(20)
  expect(byStatus['400']).toBeGreaterThan(20)
  await server.close()
  await model.close()
})
