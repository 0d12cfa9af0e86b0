/** A million hostile requests; LUTRA_FUZZ_CASES for another number. Prints how far it is, once a minute. */
import { expect, it } from 'vitest'
import { serve } from '../../../sdk/server/index.js'
import { fuzzHttp } from './http-fuzz.js'
import { smallModel } from './served.js'

const cases = Number(process.env.LUTRA_FUZZ_CASES ?? 1_000_000)

it(`answers ${cases} hostile requests, and holds no more memory at the end than in the middle`, async () => {
  const model = await smallModel({ context: 32 })
  const faults: unknown[] = []
  const server = await serve(model, { port: 0, onFault: (fault) => faults.push(fault) })
  const part = Math.min(10_000, cases)
  const began = performance.now()
  let [told, middle] = [began, 0]
  for (let done = 0; done < cases; done += part) {
    await fuzzHttp(server, part, 1 + done / part)
    expect(faults).toEqual([])
    if (done <= cases / 2) middle = process.memoryUsage.rss()
    if (performance.now() - told > 60_000) {
      told = performance.now()
      console.log(`${done + part} cases, ${Math.round((done + part) / ((told - began) / 1000))} a second`)
    }
  }
  expect(process.memoryUsage.rss()).toBeLessThan(middle + 200e6)
  await server.close()
  await model.close()
})
