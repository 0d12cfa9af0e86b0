/**
 * Asks the addon's GPIO of a chip, and prints what it found as one JSON line. On the simulated chip (chip.c) an output i
 * is wired to input i + 8; on the kernel's gpio-sim the same is done by hand, through its files.
 * node lines.mjs FOLDER LABEL [SIM]: chips lie in FOLDER (/dev), SIM is the folder of gpio-sim's lines.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { button, gpioInput, gpioOutput, nativeGpio } from '../../../dist/sdk/robot/index.js'

const [folder, label, sim] = process.argv.slice(2)
const gpio = nativeGpio(folder)
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
/** As soon as it holds; a busy machine gets two seconds. */
const until = async (holds) => {
  for (let i = 0; i < 400 && !holds(); i++) await sleep(5)
}
const code = (act) => {
  try {
    act()
    return 'none'
  } catch (error) {
    return error.kind ?? error.code
  }
}
const found = { chips: gpio.chips().filter((chip) => chip.label === label) }
const chip = label

// A wire: outputs drive inputs by the simulated chip itself, or by gpio-sim's pulls.
const outputs = new Map()
const put = (line, high) => {
  if (sim) return writeFileSync(`${sim}/sim_gpio${line + 8}/pull`, high ? 'pull-up' : 'pull-down')
  if (!outputs.has(line)) outputs.set(line, gpioOutput({ chip, line }, gpio))
  outputs.get(line).set(high)
}

put(0, false)
const levels = []
const stamps = []
const input = gpioInput({ chip, line: 8, pull: sim ? 'none' : 'down' }, gpio).subscribe(
  ({ high, nanoseconds, missed }) => {
    levels.push(high)
    stamps.push(nanoseconds)
    found.missed = (found.missed ?? 0) + missed
  },
)
const before = process.hrtime.bigint()
for (let i = 0; i < 20; i++) {
  put(0, i % 2 === 0)
  await sleep(2)
}
await until(() => levels.length > 20)
found.levels = levels
found.clock = stamps.slice(1).every((at, i) => at >= before && at <= process.hrtime.bigint() && at >= (stamps[i] ?? 0n))
found.busy = code(() => gpio.request(gpio.chips().find((each) => each.label === label).path, [8], {}))
input.unsubscribe()
found.free = code(() => gpio.request(found.chips[0].path, [8], {}).close())

// No interrupts on line 15 of the simulated chip: looks take their place.
put(7, false)
const looked = []
const slow = gpioInput({ chip, line: 15, pull: sim ? 'none' : 'down' }, gpio).subscribe(({ high }) => looked.push(high))
await until(() => looked.length > 0)
for (const high of [true, false]) {
  put(7, high)
  await until(() => looked.at(-1) === high)
}
slow.unsubscribe()
found.looked = looked

// An output, active low, at rest again when it is closed.
const relay = gpioOutput({ chip, line: 2, activeLow: true }, gpio)
const seen = () =>
  sim ? readFileSync(`${sim}/sim_gpio2/value`, 'utf8').trim() === '1' : gpio.request(found.chips[0].path, [10], {})
const read = () => {
  const lines = seen()
  if (typeof lines === 'boolean') return lines
  const [high] = lines.get()
  lines.close()
  return high
}
found.relay = [read()]
relay.set(true)
found.relay.push(read())
relay.close()
found.relay.push(
  read(),
  code(() => relay.set(true)),
)

// The emergency button: normally closed, pressed for less than a look.
put(1, false)
let presses = 0
const stop = button({ chip, line: 9, pull: sim ? 'none' : 'up' }, gpio).subscribe(() => presses++)
await sleep(100)
found.resting = presses
presses = 0
put(1, true)
put(1, false)
await until(() => presses > 0)
found.pressed = presses > 0
stop.unsubscribe()

// While this thread is busy a line chatters: what waits is bounded, its end is kept, and so is another line's one edge.
const many = sim ? 301 : 5001
put(3, false)
let [told, lost, last] = [-1, 0]
const chatter = gpioInput({ chip, line: 11, pull: sim ? 'none' : 'down' }, gpio).subscribe(({ high, missed }) => {
  told++
  lost += missed
  last = high
})
for (let i = 0; i < many; i++) put(3, i % 2 === 0)
for (const since = Date.now(); Date.now() - since < 100; );
found.waiting = told
await until(() => told + lost >= many)
chatter.unsubscribe()
found.chatter = { whole: told + lost === many, bounded: told < 2500, last }
put(4, false)
put(5, false)
const both = gpio.request(found.chips[0].path, [12, 13], { edges: 'both', bias: sim ? 'none' : 'down' })
const edges = []
both.watch((each) => edges.push(...each))
put(4, true)
// More than the addon keeps of a line, less than the simulated kernel of a request.
const fewer = sim ? 301 : 1301
for (let i = 0; i < fewer; i++) put(5, i % 2 === 0)
await until(() => edges.at(-1)?.sequence === fewer)
both.close()
found.beside = {
  first: edges[0]?.line,
  last: { line: edges.at(-1)?.line, rising: edges.at(-1)?.rising, sequence: edges.at(-1)?.sequence === fewer },
}

// A thread that ends while it watches takes its watch along.
const worker = new Worker(
  `import('${new URL('../../../dist/sdk/robot/index.js', import.meta.url)}').then(({ nativeGpio, gpioInput }) => {
    gpioInput({ chip: '${chip}', line: 11, pull: 'none' }, nativeGpio('${folder}')).subscribe(() => {})
    require('node:worker_threads').parentPort.postMessage('watching')
  })`,
  { eval: true },
)
found.worker = await new Promise((done, fail) => worker.once('message', done).once('error', fail))
await worker.terminate()

for (const [name, act] of Object.entries({
  noChip: () => gpioOutput({ chip: `${folder}/gpiochip-none`, line: 1 }, gpio),
  noLabel: () => gpioOutput({ chip: 'no-such-label', line: 1 }, gpio),
  noLine: () => gpioOutput({ chip, line: 999 }, gpio),
  negative: () => gpioOutput({ chip, line: -1 }, gpio),
}))
  found[name] = code(act)
for (const output of outputs.values()) output.close()
console.log(JSON.stringify(found))
