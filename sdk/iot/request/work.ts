/**
 * One request from beginning to end: text, or an instruction through model, guard and robot.
 * takes  a TextModel, a Request, what it may act with · gives  Observable<News | Answer>; the Answer is last, errors are in it
 * before ./request · after ../service, ../fleet
 */
import { Observable, Subject, tap } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { type Guard, isAllowed, type Skills, type Verdict } from '../../action/index.js'
import type { Token } from '../../stream/token.js'
import type { Actor, TextModel } from '../model.js'
import { type Answer, faultOf, type News, told, without } from './answer.js'
import { batched } from './batched.js'
import type { Request } from './request.js'

export interface Means {
  /** What instructions may become, and who checks it. Without them instructions are refused. */
  readonly skills?: Skills
  readonly guard?: Guard
  /** Who does it. Without one the verdicts are all. */
  readonly actor?: Actor
  /** Milliseconds between two messages of text. Default 50. */
  readonly batchMs?: number
}

/** Reports of motion come as often as telemetry; this often is enough over a network, in ms. */
const REPORT_EVERY = 200

/** Unsubscribing cancels it: the decoder within a token, the robot's action with it. */
export function work(
  model: TextModel,
  request: Pick<Request, 'kind' | 'prompt' | 'options'>,
  means: Means,
): Observable<News | ({ readonly type: 'answer' } & Answer)> {
  return new Observable((subscriber) => {
    const controller = new AbortController()
    const meter = new Meter()
    let n = 0
    const pieces = new Subject<string>()
    pieces.pipe(batched(means.batchMs ?? 50)).subscribe((text) => {
      subscriber.next({ type: 'tokens', n: n++, text })
    })
    const heard = (token: Token) => {
      meter.count(token.text)
      if (token.text !== '') pieces.next(token.text)
    }
    const tell = (news: News) => subscriber.next(news)
    const act = request.kind === 'act' ? instruct : write
    act(model, request, means, { heard, tell, flush: () => pieces.complete(), signal: controller.signal })
      .catch((error): Partial<Answer> => ({ state: stateOf(error), error: faultOf(error) }))
      .then((end) => {
        pieces.complete()
        subscriber.next({ type: 'answer', ...meter.answer(), ...end })
        subscriber.complete()
      })
    return () => {
      controller.abort(new LutraError('cancelled', 'Expected to finish the request but it was cancelled'))
      pieces.complete()
    }
  })
}

interface Ears {
  readonly heard: (token: Token) => void
  readonly tell: (news: News) => void
  /** No more text comes: what waits goes out now. */
  readonly flush: () => void
  readonly signal: AbortSignal
}

type Ask = Pick<Request, 'prompt' | 'options'>

async function write(model: TextModel, { prompt, options }: Ask, _: Means, ears: Ears): Promise<Partial<Answer>> {
  await during(model.tokens(prompt, options).pipe(tap(ears.heard)), ears.signal)
  return { state: 'done' }
}

async function instruct(model: TextModel, { prompt }: Ask, means: Means, ears: Ears): Promise<Partial<Answer>> {
  const { skills, guard, actor } = means
  if (skills === undefined || guard === undefined)
    throw new LutraError('unsupported', 'Expected skills to act with but this service has none; ask for kind "text"')
  const { signal, heard: onToken } = ears
  const { actions: wished } = await model.interpret(prompt, { skills, signal, onToken })
  ears.flush()
  const plan = guard.plan()
  const verdicts: Verdict[] = []
  for (const action of wished)
    for await (const verdict of plan.judge(action, signal)) {
      verdicts.push(verdict)
      ears.tell({ type: 'verdict', ...verdict })
    }
  return perform(actor, verdicts, ears)
}

/** What the guard let through is done, if anybody is there to do it. */
export async function perform(
  actor: Pick<Actor, 'perform'> | undefined,
  verdicts: readonly Verdict[],
  { tell, signal }: Pick<Ears, 'tell' | 'signal'>,
): Promise<Partial<Answer>> {
  if (verdicts.every(({ verdict }) => verdict === 'refused')) return { state: 'refused', actions: [] }
  const actions = verdicts.filter(isAllowed).map(({ action }) => action)
  // Of a dry run nothing is left.
  if (actor === undefined || actions.length === 0) return { state: 'done', actions, executed: false }
  let last = Number.NEGATIVE_INFINITY
  const reports = actor.perform(actions).pipe(
    tap((report) => {
      const now = performance.now()
      if (report.state === 'moving' && now - last < REPORT_EVERY) return
      last = now
      tell({ type: 'report', ...told(report) })
    }),
  )
  try {
    await during(reports, signal)
    return { state: 'done', actions, executed: true }
  } catch (error) {
    return { state: stateOf(error), actions, executed: true, error: faultOf(error) }
  }
}

/** Until it completes; an abort unsubscribes it. */
function during(source: Observable<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // What was called off must not even begin.
    if (signal.aborted) return reject(signal.reason)
    const leave = () => {
      running.unsubscribe()
      reject(signal.reason)
    }
    const running = source.subscribe({ error: reject, complete: () => resolve(undefined) })
    signal.addEventListener('abort', leave, { once: true })
    running.add(() => signal.removeEventListener('abort', leave))
  })
}

function stateOf(error: unknown): Answer['state'] {
  return error instanceof LutraError && error.kind === 'cancelled' ? 'cancelled' : 'failed'
}

class Meter {
  readonly #began = performance.now()
  #text = ''
  #tokens = 0
  #ttft = 0

  count(text: string): void {
    if (this.#tokens++ === 0) this.#ttft = performance.now() - this.#began
    this.#text += text
  }

  answer(): Answer {
    const ms = performance.now() - this.#began
    const seconds = (ms - this.#ttft) / 1000
    const rate = this.#tokens > 1 && seconds > 0 ? (this.#tokens - 1) / seconds : 0
    return {
      ...without('done', ''),
      error: undefined,
      text: this.#text,
      tokens: this.#tokens,
      ttftMs: Math.round(this.#ttft),
      tokensPerSecond: Math.round(rate * 100) / 100,
      ms: Math.round(ms),
    }
  }
}
