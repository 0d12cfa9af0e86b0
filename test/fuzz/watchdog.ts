/**
 * Ends the process when one execution computes for longer than it may, and says which it was: a loop that never ends
 * cannot be stopped from within. Counts the main thread's processor time, since the machine is shared.
 * takes  the tape's memory, a counter that changes with every execution · gives  nothing
 */
import { Worker } from 'node:worker_threads'

/** Ten times what one execution may take: those that end by themselves are told by the fuzzer, with less noise. */
const mostMs = 10_000

export class Watchdog {
  readonly #state = new Int32Array(new SharedArrayBuffer(8))
  readonly #worker: Worker

  constructor(name: string, tape: SharedArrayBuffer) {
    this.#worker = new Worker(source, { eval: true, workerData: { name, tape, state: this.#state, mostMs } })
    this.#worker.unref()
  }

  /** A new execution begins. */
  tick(): void {
    Atomics.add(this.#state, 0, 1)
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** Plain JavaScript: a worker's source as text needs no loader. */
const source = `
const { readFileSync, writeSync } = require('node:fs')
const { workerData: { name, tape, state, mostMs } } = require('node:worker_threads')
// Fields 14 and 15 of the main thread's stat, counted behind the name: hundredths of a second. Elsewhere the clock.
const spent = () => {
  try {
    const fields = readFileSync('/proc/self/task/' + process.pid + '/stat', 'utf8').split(') ').pop().split(' ')
    return 10 * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return performance.now()
  }
}
let [last, since] = [Atomics.load(state, 0), spent()]
setInterval(() => {
  const now = Atomics.load(state, 0)
  if (now !== last) [last, since] = [now, spent()]
  else if (now > 0 && spent() - since > mostMs) {
    const count = new Int32Array(tape, 0, 1)[0]
    const choices = Array.from(new Float64Array(tape, 8, count))
    writeSync(2, name + ': execution ' + now + ' computes for more than ' + mostMs + ' ms; its choices: ' + JSON.stringify(choices) + '\\n')
    process.kill(process.pid, 'SIGKILL')
  }
}, 250)
`
