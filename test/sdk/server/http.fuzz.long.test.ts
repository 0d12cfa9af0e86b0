/** A million hostile requests; LUTRA_FUZZ_CASES for another number. Prints how far it is, once a minute. */
import { expect, it } from 'vitest'
import { serve } from '../../../sdk/server/index.js'
import { fuzzHttp } from './http-fuzz.js'
import { smallModel } from './served.js'

const cases = Number(process.env.LUTRA_FUZZ_CASES ?? 1_000_000)

it(`answers ${cases} hostile requests, and holds no more memory at the end than in the middle`, async () => {
  const faults: unknown[] = []
  const [plain, templated] = await Promise.all(
    // Rendering a chat template costs more than all the rest: one part in ten does it.
    [false, true].map(async (chat) => {
      const model = await smallModel({ context: 32, chat })
      return { model, server: await serve(model, { port: 0, onFault: (fault) => faults.push(fault) }) }
    }),
  )
  const part = Math.min(10_000, cases)
  const byStatus: Record<string, number> = {}
  const began = performance.now()
  let [told, middle] = [began, 0]
  for (let done = 0; done < cases; done += part) {
    const { server } = (done / part) % 10 === 0 ? templated : plain
    const fuzzed = await fuzzHttp(server, Math.min(part, cases - done), 1 + done / part)
    for (const [status, count] of Object.entries(fuzzed.byStatus)) byStatus[status] = (byStatus[status] ?? 0) + count
    expect(faults).toEqual([])
    if (done <= cases / 2) middle = process.memoryUsage.rss()
    if (performance.now() - told > 60_000 || done + part >= cases) {
      told = performance.now()
      const rate = Math.round((done + part) / ((told - began) / 1000))
      console.log(`${done + part} cases, ${rate} a second`, byStatus)
    }
  }
  expect(process.memoryUsage.rss()).toBeLessThan(middle + 200e6)
  for (const { model, server } of [plain, templated]) {
    await server.close()
    await model.close()
  }
})
