/**
 * A model's accuracy on instructions whose right answers are known.
 * takes  a file of [{ instruction, actions }], a model · gives  the share of answers that are right in every action
 * after  ./eval
 */
import { isDeepStrictEqual } from 'node:util'
import { LutraError } from '../../hal/error.js'
import { readWhole } from '../model/file-range.js'
import type { Model } from '../open.js'

export interface TaskCase {
  readonly instruction: string
  /** In order, as `lutra act` gives them. */
  readonly actions: readonly Readonly<Record<string, unknown>>[]
}

export interface TaskScore {
  readonly cases: number
  /** Answers whose every action is right, in order, with every value. */
  readonly right: number
  /** right / cases, and its standard error. */
  readonly accuracy: number
  readonly accuracyError: number
  readonly misses: readonly {
    readonly instruction: string
    readonly expected: TaskCase['actions']
    readonly found: readonly unknown[]
  }[]
  /** Median time of an answer, milliseconds. */
  readonly ms: number
}

/** Sets written by people have hundreds, generated ones some ten thousand. */
const maxCases = 1_000_000
const maxBytes = 256 * 2 ** 20

/** @throws LutraError io, limit, format (what is no such list) */
export async function readTask(path: string): Promise<TaskCase[]> {
  const bytes = await readWhole(path, maxBytes)
  let found: unknown
  try {
    found = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new LutraError('format', `Expected JSON in ${path} but: ${(cause as Error).message}`, { cause })
  }
  if (!Array.isArray(found) || found.length === 0)
    throw new LutraError('format', `Expected a list of { instruction, actions } in ${path} but found ${brief(found)}`)
  if (found.length > maxCases)
    throw new LutraError('limit', `Expected up to ${maxCases} cases in ${path} but found ${found.length}`)
  const wrong = found.find(
    (each) => !isObject(each) || typeof each.instruction !== 'string' || !isActions(each.actions),
  )
  if (wrong === undefined) return found
  throw new LutraError(
    'format',
    `Expected { instruction, actions } with a skill in every action in ${path} but found ${brief(wrong)}`,
  )
}

/** Asks the model each instruction; right is what equals the expected actions, whatever the order of their keys. */
export async function scoreTask(
  model: Pick<Model, 'interpret'>,
  cases: readonly TaskCase[],
  signal?: AbortSignal,
): Promise<TaskScore> {
  const misses: TaskScore['misses'][number][] = []
  const times: number[] = []
  for (const { instruction, actions } of cases) {
    const answer = await model.interpret(instruction, { signal })
    times.push(answer.ms)
    if (!isDeepStrictEqual(answer.actions, actions))
      misses.push({ instruction, expected: actions, found: answer.actions })
  }
  const right = cases.length - misses.length
  const accuracy = right / cases.length
  const accuracyError = Math.sqrt((accuracy * (1 - accuracy)) / Math.max(1, cases.length - 1))
  const ms = times.sort((a, b) => a - b)[times.length >> 1] ?? 0
  return { cases: cases.length, right, accuracy, accuracyError, misses, ms }
}

/** For people: the share, then each miss with what was found instead. */
export function tellTask({ cases, right, accuracy, accuracyError, misses }: TaskScore): string {
  const share = `${(100 * accuracy).toFixed(2)} ± ${(100 * accuracyError).toFixed(2)} %`
  const lines = misses.map(
    ({ instruction, expected, found }) =>
      `${JSON.stringify(instruction)}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
  )
  return `${[`${right} of ${cases} right, ${share}`, ...lines].join('\n')}\n`
}

function isActions(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => isObject(each) && typeof each.skill === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80)
}
