/**
 * A fuzzer that is led by coverage: choices that reach code of ours that nothing reached before are kept, and
 * later inputs are made by changing them.
 * takes  a target, a number of executions, a seed · gives  what was reached; throws at the first fault, with its choices
 * An execution may compute for a second and ask for `mostBytes` of arrays; the target itself says what else is a fault.
 */
import { createRandom } from '../../sdk/sampler/random.js'
import { Allocations } from './allocations.js'
import { Corpus } from './corpus.js'
import { Coverage } from './coverage.js'
import { type Choices, Tape } from './tape.js'
import { Watchdog } from './watchdog.js'

export interface Target {
  readonly name: string
  /** One execution: builds an input by `random` and reads it; throws where that ends in neither success nor a LutraError. */
  run(random: () => number): unknown
}

export interface Report {
  readonly executions: number
  /** Choices that were the first to reach something. */
  readonly kept: number
  /** Characters of our code that ran. */
  readonly characters: number
  readonly slowestMs: number
  readonly mostBytes: number
}

const ours = /\/(sdk|hal|kernels)\/[^?]*\.(ts|js)/
/** Executions between two looks at the coverage, which cost some milliseconds. */
const batch = 250
const mostMs = 1000
/** Inputs have up to some 100 kB; what reading may take beyond that is each reader's own test. */
const mostBytes = 128 * 2 ** 20

export async function fuzz(target: Target, executions: number, seed: number, scripts = ours): Promise<Report> {
  const tape = new Tape()
  const random = createRandom(seed)
  const coverage = new Coverage(scripts)
  const corpus = new Corpus(coverage)
  const watchdog = new Watchdog(target.name, tape.shared)
  const allocations = new Allocations()
  let [slowestMs, largest] = [0, 0]

  const execute = async (choices: Choices | undefined, own = 0): Promise<void> => {
    tape.begin(own, choices)
    watchdog.tick()
    allocations.bytes = 0
    await target.run(tape.random)
    if (allocations.bytes > mostBytes) throw new Error(`it asked for ${allocations.bytes} bytes of arrays`)
  }
  const timed = async (choices: Choices | undefined, own: number): Promise<Choices> => {
    let ms = await clocked(() => execute(choices, own))
    const drawn = tape.drawn
    // The machine is shared: what is slow must be slow each time.
    for (let again = 0; again < 3 && ms > mostMs; again++) ms = Math.min(ms, await clocked(() => execute(drawn)))
    if (ms > mostMs) throw new Error(`it took ${ms} ms`)
    slowestMs = Math.max(slowestMs, ms)
    largest = Math.max(largest, allocations.bytes)
    return drawn
  }

  await coverage.start()
  allocations.start()
  try {
    for (let done = 0; done < executions; ) {
      const drawn: Choices[] = []
      for (let i = 0; i < batch && done < executions; i++, done++)
        drawn.push(await timed(corpus.follow(random), Math.floor(random() * 2 ** 32)))
      await corpus.learn(drawn, execute)
    }
    return { executions, kept: corpus.size, characters: corpus.characters, slowestMs, mostBytes: largest }
  } catch (cause) {
    const told = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${target.name}, seed ${seed}: ${told}; its choices: [${tape.drawn.join(', ')}]`, { cause })
  } finally {
    allocations.stop()
    await coverage.stop()
    await watchdog.stop()
  }
}

/** Milliseconds by the clock, or of the processor where others held it meanwhile. */
async function clocked(work: () => Promise<void>): Promise<number> {
  const [begin, used] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(used)
  return Math.min(performance.now() - begin, (user + system) / 1000)
}
