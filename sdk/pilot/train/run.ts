/**
 * One training run: takes options and a task (examples as ids), trains, evaluates, writes checkpoints, gives the last
 * figures. Batches are made while the addon works on the one before. Neighbours: main.ts (door), schedule, exact-match.
 */
import { createTrainer, type TrainBatch } from '../../../kernels/native/train.js'
import { BatchMaker, type Sequence, toBatch } from './batch.js'
import { type Run, readRun, readState, writeCheckpoint } from './checkpoint.js'
import { exactMatch } from './exact-match.js'
import type { TrainOptions } from './options.js'
import { learningRate, weightDecay } from './schedule.js'
import { Selector } from './selector.js'
import { warmStart } from './warm-start.js'

export interface Task {
  readonly vocab: number
  /** Endless for training; the same seed gives the same examples. */
  sequences(seed: number, split: 'train' | 'heldout'): Iterator<Sequence>
  /** Ids as people read them, for the log. */
  text(ids: readonly number[]): string
}

const LOG_SECONDS = 10
const SHOWN_MISSES = 3

/** An aborted run stops after the step at hand, with a checkpoint. */
export async function trainPilot(
  o: TrainOptions,
  task: Task,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<Run> {
  const sizes = { vocab: task.vocab, dim: o.dim, hidden: o.hidden, layers: o.layers, heads: o.heads }
  const trainer = createTrainer({
    ...{ ...sizes, seed: o.seed, threads: o.threads },
    ...(o.float ? { quantizeWeights: false, precision: 'bf16' } : {}),
  })
  const before = o.resume ? readRun(o.out) : undefined
  if (o.resume) trainer.load(readState(o.out))
  else if (o.from !== undefined)
    for (const { name, data } of await warmStart(o.from, sizes, o.seed)) trainer.set(name, data)
  const parameters = trainer.parameters().reduce((sum, p) => sum + p.rows * p.cols, 0)
  log(`${(parameters / 1e6).toFixed(2)} M parameters, ${trainer.isa}, ${o.threads} threads, from step ${trainer.steps}`)

  // A resumed run goes on with examples it has not seen: the seed moves with the steps.
  const maker = new BatchMaker(task.sequences(o.seed + trainer.steps, 'train'), o.batch, o.promptWeight)
  const selector = o.rest < 1 ? new Selector(trainer, maker, o.batch, o.rest, o.seed + trainer.steps) : undefined
  const next = async (): Promise<TrainBatch | undefined> => {
    if (selector === undefined) return maker.next()
    const chosen = await selector.next()
    return chosen && toBatch(chosen, o.promptWeight)
  }
  const heldOut = take(task.sequences(1, 'heldout'), o.heldOut)
  const started = performance.now()
  const earlier = before?.minutes ?? 0
  const minutes = () => earlier + (performance.now() - started) / 60_000
  let tokens = before?.tokens ?? 0
  let loss = before?.loss ?? Number.NaN

  const pause = async (): Promise<Run> => {
    const match = await exactMatch(trainer, heldOut)
    const percent = (100 * match.exact).toFixed(1)
    log(`  held-out: exact ${percent} % of ${heldOut.length}, loss ${match.loss.toFixed(4)}`)
    for (const miss of match.misses.slice(0, SHOWN_MISSES)) {
      const { prompt, answer } = heldOut[miss.index]
      const wrong = task.text([...answer.slice(0, miss.position), miss.guess])
      log(`    ${task.text(prompt)} -> ${task.text(answer)} | wrote ${wrong} …`)
    }
    const figures = { loss: match.loss, exact: match.exact, examples: heldOut.length }
    const { seed } = o
    const kind = o.float ? { float: true } : {}
    const now: Run = {
      ...sizes,
      ...kind,
      seed,
      steps: trainer.steps,
      tokens,
      minutes: minutes(),
      loss,
      heldOut: figures,
    }
    writeCheckpoint(o.out, trainer, now)
    return now
  }

  let logged = performance.now()
  let sinceLog = 0
  let stepsSinceLog = 0
  let evaluated = minutes()
  let batch = await next()
  for (;;) {
    const progress = o.steps === undefined ? minutes() / o.minutes : trainer.steps / o.steps
    if (batch === undefined || progress >= 1 || signal?.aborted) break
    const lr = learningRate(o.lr, trainer.steps, progress)
    const stepping = trainer.step(batch, { lr, weightDecay: weightDecay(o.weightDecay, progress), clip: 1 })
    const size = batch.tokens.length
    const [result, following] = await Promise.all([stepping, next()])
    batch = following
    loss = Number.isNaN(loss) ? result.loss : 0.95 * loss + 0.05 * result.loss
    tokens += size
    sinceLog += size
    stepsSinceLog++
    const now = performance.now()
    if (now - logged >= LOG_SECONDS * 1000) {
      const rate = Math.round((sinceLog / (now - logged)) * 1000)
      const stepMinutes = (now - logged) / 60_000 / stepsSinceLog
      const left = o.steps === undefined ? o.minutes - minutes() : (o.steps - trainer.steps) * stepMinutes
      log(
        `step ${result.steps}  loss ${loss.toFixed(4)}  gradient ${result.gradientNorm.toFixed(2)}  lr ${lr.toExponential(2)}  ` +
          `${rate} tokens/s  ${(tokens / 1e6).toFixed(1)} M tokens${selector ? ` chosen of ${(selector.judged / 1e6).toFixed(1)} M` : ''}  ${Math.max(0, left).toFixed(1)} min left`,
      )
      logged = now
      sinceLog = 0
      stepsSinceLog = 0
    }
    if (minutes() - evaluated >= o.every) {
      await pause()
      evaluated = minutes()
      logged = performance.now()
      sinceLog = 0
      stepsSinceLog = 0
    }
  }
  return pause()
}

function take(from: Iterator<Sequence>, count: number): Sequence[] {
  const taken: Sequence[] = []
  while (taken.length < count) {
    const { value, done } = from.next()
    if (done) break
    taken.push(value)
  }
  return taken
}
