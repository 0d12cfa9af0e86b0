// A board of a fleet in a process of its own, from dist, with a simulated model: url, name, ms per word, options as JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import { fleetMember } from '../../../dist/sdk/iot/index.js'
import { fromGenerator } from '../../../dist/sdk/stream/index.js'

const [, , url, board, pace, more = '{}'] = process.argv
let temperature = 40
const model = {
  name: 'simulated model',
  tokens: (prompt) =>
    fromGenerator(async function* (signal) {
      for (const [index, text] of prompt.match(/\S+\s*/g).entries()) {
        await sleep(Number(pace), undefined, { signal })
        yield { id: index, text, logprob: 0, index, ms: 0 }
      }
    }),
  interpret: async () => ({ actions: [], raw: '' }),
}
const member = await fleetMember(model, {
  url,
  board,
  reconnect: 100,
  temperature: () => temperature,
  ...JSON.parse(more),
})
process.on('message', (message) => {
  temperature = message.temperature
})
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => member.close().then(() => process.exit()))
process.send('ready')
