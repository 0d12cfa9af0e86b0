/**
 * How does a served model stand many clients at once? CLIENTS (default 200), each from an address of its own, ask again
 * and again for MINUTES (default 10); one in ten hangs up midway. Prints what each got (fairness), how requests ended, the
 * wait for the first token, memory, and whether all places were free at the end. Exits 1 where an answer was neither
 * whole nor 429 or 503. MODEL (default pilot), TOKENS (an answer, default 8), CONCURRENT (default 4), QUEUE (default 256: room for all; with less some are refused).
 * Addresses beyond 127.0.0.1 need Linux.
 */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { open } from '../dist/sdk/index.js'
import { serve } from '../dist/sdk/server/index.js'

const { MODEL = 'pilot' } = process.env
const [clients, minutes, tokens] = [
  ['CLIENTS', 200],
  ['MINUTES', 10],
  ['TOKENS', 8],
].map(([name, usual]) => Number(process.env[name] ?? usual))
const [concurrent, queue] = [Number(process.env.CONCURRENT ?? 4), Number(process.env.QUEUE ?? 256)]

const model = await open(MODEL)
const server = await serve(model, { port: 0, concurrent, queue })
const ends = new Map()
const served = new Array(clients).fill(0)
const firsts = []
const count = (end) => ends.set(end, (ends.get(end) ?? 0) + 1)
const stop = performance.now() + minutes * 60_000
const bias = Object.fromEntries([...model.tokenizer.stops].map((id) => [id, -100]))
const rss = { start: process.memoryUsage.rss(), most: 0 }
const watch = setInterval(() => {
  rss.most = Math.max(rss.most, process.memoryUsage.rss())
}, 250)

/** One streamed completion; gives its end: a status, `aborted`, `cut` or an error's code. */
function ask(agent, localAddress, leave) {
  const body = JSON.stringify({ prompt: 'drive two metres', max_tokens: tokens, stream: true, logit_bias: bias })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length }
  return new Promise((resolve) => {
    const began = performance.now()
    const asked = request({ agent, localAddress, port: server.port, path: '/v1/completions', method: 'POST', headers })
    asked.on('error', (error) => resolve(error.code === 'ECONNRESET' && leave ? 'aborted' : error.code))
    asked.on('response', (answer) => {
      let heard = ''
      answer.on('data', (part) => {
        if (heard === '' && answer.statusCode === 200) firsts.push(performance.now() - began)
        heard += part
        if (!leave || answer.statusCode !== 200) return
        asked.destroy()
        resolve('aborted')
      })
      answer.on('error', () => resolve(leave ? 'aborted' : 'cut'))
      answer.on('end', () =>
        resolve(answer.statusCode === 200 && !heard.endsWith('data: [DONE]\n\n') ? 'cut' : String(answer.statusCode)),
      )
    })
    asked.end(body)
  })
}

async function client(number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const address = `127.0.${1 + (number >> 7)}.${1 + (number & 127)}`
  for (let turn = 0; performance.now() < stop; turn++) {
    const end = await ask(agent, address, (turn + number) % 10 === 9)
    count(end)
    if (end === '200' || end === 'aborted') served[number]++
    // As polite clients do: they come back after Retry-After, at different times.
    else await sleep(500 + Math.random() * 1000)
  }
  agent.destroy()
}

await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
clearInterval(watch)
await sleep(200)
const metrics = await (await fetch(`${server.url}/metrics`)).text()
const left = (name) => Number(new RegExp(`^lutra_requests_${name} (\\d+)`, 'm').exec(metrics)[1])
const places = { running: left('running'), waiting: left('waiting') }
await server.close()
await model.close()

firsts.sort((a, b) => a - b)
const quantile = (q) => Math.round(firsts[Math.min(firsts.length - 1, Math.floor(q * firsts.length))] ?? 0)
const megabytes = (bytes) => Math.round(bytes / 1e6)
const wrong = [...ends].filter(([end]) => !['200', 'aborted', '429', '503'].includes(end))
console.log(
  `${MODEL}, ${clients} clients, ${minutes} minutes, ${concurrent} places, ${queue} waiting, ${tokens} tokens each`,
)
console.log(`ended       ${[...ends].map(([end, n]) => `${end}: ${n}`).join('   ')}`)
console.log(`served      min ${Math.min(...served)}   max ${Math.max(...served)}   a client`)
console.log(`first token p50 ${quantile(0.5)} ms   p99 ${quantile(0.99)} ms`)
console.log(`memory      ${megabytes(rss.start)} MB at the start, ${megabytes(rss.most)} MB at most`)
console.log(`at the end  ${places.running} running, ${places.waiting} waiting`)
if (wrong.length > 0 || places.running + places.waiting > 0) process.exitCode = 1
