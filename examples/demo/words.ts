/** The demo's sentences about device, plan, actions and figures, as plain text. */
import type { Device } from '../../hal/index.js'
import type { Action } from '../../sdk/action/action.js'
import type { Interpretation } from '../../sdk/index.js'
import type { Report } from '../../sdk/robot/index.js'
import type { DemoModel } from './model.js'

const mebi = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`

export function introduce({ name, device, board, plan, backend, absent = [], program }: DemoModel): string[] {
  const memory = program ? `, ${mebi(program.residentBytes)} for the model` : ''
  return [
    `device   ${device.cpu}, ${device.cpus} CPU${device.cpus === 1 ? '' : 's'}, ${device.arch}: ${features(device)}`,
    `board    ${board.title}${board.simulated ? ' (simulated)' : ''}`,
    `model    ${name}${memory}`,
    `engine   ${engine(backend)}`,
    ...absent.map(({ name, reason }) => `         ${name} is not here: ${reason}`),
    ...(plan?.candidates ?? []).map(({ name, chosen, why }) => `plan     ${chosen ? '✓' : '·'} ${name}: ${why}`),
    ...(plan ? [`         ${plan.threads} threads: ${plan.threadsWhy}`] : []),
    ...kernels(plan?.ops ?? []).map((kernel) => `         ${kernel}`),
  ]
}

export function engine({ name, isa, threads, simulated }: DemoModel['backend']): string {
  return [name, isa, `${threads} thread${threads === 1 ? '' : 's'}`, simulated && 'SIMULATED']
    .filter(Boolean)
    .join(' · ')
}

/** `drive metres 2` */
export function say(action: Action): string {
  const { skill, ...given } = action
  const show = (value: unknown): string => (Array.isArray(value) ? `[${value.map(say).join('; ')}]` : String(value))
  return [skill, ...Object.entries(given).map(([name, value]) => `${name} ${show(value)}`)].join(' ')
}

export function tell({ action, state, round, ms, telemetry, error }: Report): string {
  const pose = telemetry?.pose
  const where = pose ? ` at ${pose.x.toFixed(2)}, ${pose.y.toFixed(2)} m facing ${pose.heading.toFixed(0)}°` : ''
  const again = round ? ` (round ${round})` : ''
  const why = error ? `: ${error.message}` : ''
  return `${state} ${say(action)}${again}${where}, ${(ms / 1000).toFixed(1)} s${why}`
}

/** Tokens per second are counted after the first, as the first waits for the prompt. */
export function figures(runs: readonly Interpretation[], backend: DemoModel['backend']): string[] {
  const decoded = runs.filter(({ tokens }) => tokens > 1)
  const tokens = decoded.reduce((sum, run) => sum + run.tokens - 1, 0)
  const seconds = decoded.reduce((sum, run) => sum + run.ms - run.ttftMs, 0) / 1000
  const first = decoded.map(({ ttftMs }) => ttftMs).sort((a, b) => a - b)
  const { rss } = process.memoryUsage()
  return [
    `engine   ${engine(backend)}`,
    `speed    ${tokens ? (tokens / seconds).toFixed(0) : '–'} tokens/s, first token after ${middle(first)} ms (median)`,
    `memory   ${mebi(rss)} for the whole process`,
  ]
}

function middle(sorted: readonly number[]): string {
  return sorted.length ? sorted[sorted.length >> 1].toFixed(0) : '–'
}

function features({ features }: Device): string {
  return features.length ? features.join(' ') : 'no SIMD found'
}

/** Each different kernel once, with how many ops it computes. */
function kernels(ops: readonly { readonly engine: string; readonly kernel: string }[]): string[] {
  const counts = new Map<string, number>()
  for (const { engine, kernel } of ops) {
    const words = `${engine}: ${kernel}`
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].map(([words, count]) => `${count} × ${words}`)
}
