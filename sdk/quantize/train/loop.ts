/**
 * Steps of one trainer over a text: learning rate, held-out loss, best state, early stop, checkpoints.
 * takes  a Trainer with its first values, Lessons · gives  it with its best values, and the curve
 * before ./text, ./checkpoint · after ./qat
 */
import { existsSync, readFileSync } from 'node:fs'
import { LutraError } from '../../../hal/error.js'
import type { Distillation, StepOptions, Trainer } from '../../../kernels/native/train.js'
import { replaceFile } from '../output/replace.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint.js'
import type { Lessons } from './text.js'

export interface Progress {
  readonly step: number
  /** Of training, over all parts of a resumed run. */
  readonly minutes: number
  /** Running mean of the training loss, and the last one held out (cross entropy, nats). */
  readonly loss: number
  readonly heldOut: number
  readonly best: number
}

export interface LoopOptions {
  /** One of the two ends the run; learning rates follow it. With steps, a resumed run goes on bit by bit. */
  readonly steps?: number
  readonly minutes?: number
  /** Peak learning rate. */
  readonly lr: number
  readonly rates?: StepOptions['rates']
  readonly weightDecay?: number
  /** Default 1. */
  readonly clip?: number
  readonly distillation?: Distillation
  /** Steps between two looks at the held-out text, each with a checkpoint; default 50. */
  readonly every?: number
  /** Looks without a better held-out loss until the run ends early; default none. */
  readonly patience?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface Curve {
  readonly loss: [step: number, value: number][]
  readonly heldOut: [step: number, value: number][]
}

interface Saved {
  readonly minutes: number
  readonly mean: number
  readonly best: number
  readonly bestStep: number
  readonly worse: number
  readonly curve: Curve
}

const WARM_UP = 0.05
const LAST = 0.02

/** Linear warm-up over a twentieth of the run, then half a cosine down to a fiftieth of the peak. */
export function rateAt(peak: number, progress: number): number {
  const cosine = LAST + (1 - LAST) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)))
  return peak * cosine * Math.min(1, (progress + 1e-3) / WARM_UP)
}

export async function heldOutLoss(trainer: Trainer, text: Lessons): Promise<number> {
  let [loss, count] = [0, 0]
  for (const batch of text.heldOut) {
    const targets = batch.targets.reduce((sum, id) => sum + (id >= 0 ? 1 : 0), 0)
    loss += (await trainer.evaluate(batch)).loss * targets
    count += targets
  }
  return loss / count
}

/** `path`: of the checkpoint; the best state lies beside it. `wish` tells runs apart. */
export async function loop(
  trainer: Trainer,
  text: Lessons,
  path: string,
  wish: string,
  o: LoopOptions,
): Promise<Curve> {
  if ((o.steps === undefined) === (o.minutes === undefined))
    throw new LutraError('mismatch', 'Expected either steps or minutes of training')
  const best = `${path}.best`
  const every = o.every ?? 50
  const found = readCheckpoint<Saved>(path, wish)
  let now: Saved
  if (found) {
    trainer.load(found.states[0])
    now = found.progress
  } else {
    const first = await heldOutLoss(trainer, text)
    now = {
      minutes: 0,
      mean: Number.NaN,
      best: first,
      bestStep: 0,
      worse: 0,
      curve: { loss: [], heldOut: [[0, first]] },
    }
    replaceFile(best, trainer.save())
  }
  const began = performance.now()
  const earlier = now.minutes
  const minutes = () => earlier + (performance.now() - began) / 60_000
  const share = () => (o.steps === undefined ? minutes() / (o.minutes ?? 1) : trainer.steps / o.steps)

  const look = async (): Promise<void> => {
    const heldOut = await heldOutLoss(trainer, text)
    const better = heldOut < now.best
    const { curve } = now
    curve.heldOut.push([trainer.steps, heldOut])
    if (Number.isFinite(now.mean)) curve.loss.push([trainer.steps, now.mean])
    now = {
      ...{ minutes: minutes(), mean: now.mean, curve, best: better ? heldOut : now.best },
      ...{ bestStep: better ? trainer.steps : now.bestStep, worse: better ? 0 : now.worse + 1 },
    }
    if (better) replaceFile(best, trainer.save())
    writeCheckpoint(path, wish, { progress: now, states: [trainer.save()] })
    o.onProgress?.({ step: trainer.steps, minutes: now.minutes, loss: now.mean, heldOut, best: now.best })
  }

  while (share() < 1 && !(o.patience !== undefined && now.worse >= o.patience)) {
    if (o.signal?.aborted) {
      await look()
      throw new LutraError(
        'cancelled',
        `Training was cancelled at step ${trainer.steps}; the same call goes on from there`,
      )
    }
    const before = trainer.steps
    const { loss } = await trainer.step(
      text.batch(before),
      { lr: rateAt(o.lr, share()), rates: o.rates, weightDecay: o.weightDecay ?? 0, clip: o.clip ?? 1 },
      o.distillation,
    )
    if (trainer.steps === before)
      throw new LutraError(
        'unsafe',
        `Expected a finite loss at step ${before} but found ${loss}; lower the learning rate`,
      )
    now = { ...now, mean: Number.isNaN(now.mean) || now.mean === null ? loss : 0.95 * now.mean + 0.05 * loss }
    if (trainer.steps % every === 0) await look()
  }
  if (trainer.steps % every !== 0) await look()
  if (existsSync(best)) trainer.load(new Uint8Array(readFileSync(best)))
  return now.curve
}
