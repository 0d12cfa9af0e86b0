/**
 * A fleet on a broker in memory, in its own time, with everything that can go wrong by seeded chance; and a monitor at the
 * robot that knows nothing of the protocol.
 * takes  a seed · gives  what was found wrong
 */
import { Observable } from 'rxjs'
import type { Action } from '../../../sdk/action/index.js'
import { MemoryBroker, type MemoryLine } from '../../../sdk/iot/broker/memory.js'
import type { Clock } from '../../../sdk/iot/clock.js'
import { Board, type Worker } from '../../../sdk/iot/fleet/board.js'
import { type FleetNews, fleetClient } from '../../../sdk/iot/fleet/client.js'
import { gone } from '../../../sdk/iot/fleet/health.js'
import { Keeper } from '../../../sdk/iot/fleet/keeper.js'
import { topicsOf } from '../../../sdk/iot/fleet/topics.js'
import { without } from '../../../sdk/iot/request/answer.js'
import { requestLimits } from '../../../sdk/iot/request/request.js'
import type { Report } from '../../../sdk/robot/report.js'
import { roverSkills } from '../../../sdk/robot/skills.js'
import { seeded } from '../robot/rig.js'
import { VirtualClock } from './virtual-clock.js'

const LEASE = 3000
/** The robot's own watchdog, and how often its driver speaks, in ms. */
const STOP_AFTER = 300
const SPEAK = 100

/** At the robot: who moves it when, for which request. */
class Monitor {
  readonly wrongs: string[] = []
  readonly begun = new Map<string, string>()
  #board = ''
  #until = 0

  begin(id: string, board: string): void {
    const before = this.begun.get(id)
    if (before !== undefined) this.wrongs.push(`${id} was begun by ${before} and by ${board}`)
    this.begun.set(id, board)
  }

  /** A word that keeps it moving; without another the robot stands by its own watchdog. */
  word(board: string, now: number): void {
    if (board !== this.#board && now < this.#until) this.wrongs.push(`${board} moved it while ${this.#board} did`)
    this.#board = board
    this.#until = now + STOP_AFTER
  }

  rest(board: string): void {
    if (board === this.#board) this.#until = 0
  }
}

interface Process {
  readonly name: string
  readonly line: MemoryLine
  /** As a member does when it is told to end. */
  readonly close: () => Promise<void>
  dead: boolean
}

export interface ChaosResult {
  readonly wrongs: string[]
  readonly answers: Record<string, number>
  readonly restarts: number
  readonly executed: number
}

export async function chaos(seed: number, { shared = true } = {}): Promise<ChaosResult> {
  const random = seeded(seed * 7919 + 17)
  for (let i = 0; i < 5; i++) random()
  const between = (least: number, most: number) => least + random() * (most - least)
  const clock = new VirtualClock()
  let rough = true
  const spiky = random() < 0.3
  const delay = () => (rough && spiky && random() < 0.02 ? between(500, 6000) : between(0, rough ? 60 : 5))
  const broker = new MemoryBroker({ clock, delay, shared })
  const topics = topicsOf('f')
  const monitor = new Monitor()
  const processes = new Map<string, Process>()

  const birth = async (name: string) => {
    const line = await broker.connect({ topic: topics.board(name), payload: JSON.stringify(gone(name)) })
    const process = { name, line, dead: false } as Process
    // A clock that runs a little fast or slow, and stands still with its process.
    const rate = between(0.95, 1.05)
    const own: Clock = {
      now: () => clock.now() * rate,
      after: (ms, act) => clock.after(ms / rate, () => process.dead || act()),
    }
    const pace = between(20, 400)
    const heat = { hot: false }
    const keeps = name !== 'c'
    const common = { line, topics, clock: own, me: name }
    const board: Board = new Board({
      ...common,
      group: 'g',
      beatMs: 1000,
      limits: requestLimits,
      worker: worker(own, pace),
      health: () => ({
        models: ['m'],
        slots: 1 + Math.floor(seed % 2),
        hot: heat.hot,
        freeBytes: 1e9,
        robots: ['rover'],
      }),
      openSeconds: 3600,
      doneSeconds: 600,
      heard: (job) => keeper?.heard(job),
    })
    const actor = actorOf(own, () => clock.now(), process, monitor)
    const keeper = keeps
      ? new Keeper({ ...common, robot: 'rover', actor, leaseMs: LEASE, random, board: () => board })
      : undefined
    const close = async () => {
      keeper?.close()
      await board.close()
      await line.close()
    }
    Object.assign(process, { close })
    processes.set(name, process)
    own.after(between(0, 30_000), () => {
      heat.hot = true
      own.after(between(1000, 20_000), () => {
        heat.hot = false
      })
    })
    await board.start()
    await keeper?.start()
  }
  for (const name of ['a', 'b', 'c']) await birth(name)

  // Clients, with lines of their own that break as well.
  const asked = new Map<string, FleetNews[]>()
  const ends = new Map<string, string>()
  const lines: MemoryLine[] = []
  const ask = (n: number, line: MemoryLine) => {
    const id = `r${n}`
    const seen: FleetNews[] = []
    asked.set(id, seen)
    const act = n % 3 === 0
    const actions: Action[] = [
      { skill: 'say', text: id },
      { skill: 'drive', metres: 1 },
    ]
    const request = act
      ? { id, kind: 'act' as const, robot: 'rover', prompt: JSON.stringify(actions) }
      : { id, prompt: `${id} one two three four five` }
    fleetClient(line, { prefix: 'f', clock, timeoutMs: 600_000 })
      .ask(request)
      .subscribe({
        next: (news) => seen.push(news),
        error: (error) => ends.set(id, String(error)),
        complete: () => ends.set(id, 'complete'),
      })
  }
  const count = 9
  for (const first of [0, 1]) {
    const line = await broker.connect()
    lines.push(line)
    for (let n = first; n < count; n += 2) clock.after(between(0, 40_000), () => ask(n, line))
  }

  // Harm, for a minute.
  for (let i = 0; i < 8; i++)
    clock.after(between(500, 60_000), () => {
      const all = [...processes.values()].filter(({ dead }) => !dead)
      const victim = all[Math.floor(random() * all.length)]
      const what = random()
      if (what < 0.35) victim.line.cut({ notice: between(0, 4000), back: between(100, 15_000) })
      else if (what < 0.6) lines[Math.floor(random() * lines.length)].cut({ back: between(100, 8000) })
      else if (what < 0.7) broker.restart({ back: between(200, 5000) })
      else if (what < 0.9 && all.length > 1) {
        victim.dead = true
        victim.line.cut({ notice: between(0, 8000) })
        // Its name is born again, or not.
        if (random() < 0.6) clock.after(between(500, 20_000), () => void birth(victim.name))
      } else void victim.close()
    })
  await clock.run(60_000)
  rough = false
  // One board that stays, so that there is somebody to answer.
  await birth('z')
  await clock.run(800_000, () => ends.size === count)

  const wrongs = [...monitor.wrongs]
  const answers: Record<string, number> = {}
  let restarts = 0
  for (let n = 0; n < count; n++) {
    const id = `r${n}`
    const news = asked.get(id) ?? []
    const last = news.at(-1)
    restarts += news.filter(({ type }) => type === 'restart').length
    if (ends.get(id) !== 'complete' || last?.type !== 'answer') wrongs.push(`${id} has no answer: ${ends.get(id)}`)
    else answers[last.state] = (answers[last.state] ?? 0) + 1
    if (news.filter(({ type }) => type === 'answer').length > 1) wrongs.push(`${id} has two answers`)
    if (n % 3 !== 0 && last?.type === 'answer') {
      const text = `${id} one two three four five`
      if (last.text !== text) wrongs.push(`${id} was answered with ${last.text}`)
      const from = news.findLastIndex(({ type }) => type === 'restart') + 1
      const parts = news.slice(from).flatMap((one) => (one.type === 'tokens' ? [one] : []))
      if (parts.some(({ n }, i) => i > 0 && n <= parts[i - 1].n)) wrongs.push(`${id} has tokens out of order`)
      if (parts.some(({ n, text: part }) => part !== `${text.split(' ')[n]} `)) wrongs.push(`${id} has foreign tokens`)
    }
    if (n % 3 === 0 && last?.type === 'answer' && last.state === 'done' && !monitor.begun.has(id))
      wrongs.push(`${id} is called done and was not begun`)
  }
  for (const line of broker.lines) await line.close()
  return { wrongs, answers, restarts, executed: monitor.begun.size }
}

/** Says the prompt word by word, or reads it as actions; in the board's own time. */
function worker(clock: Clock, pace: number): Worker {
  return ({ kind, prompt }) =>
    new Observable((subscriber) => {
      const words = prompt.split(' ')
      let n = 0
      let off = () => {}
      const step = () => {
        if (n === words.length) {
          const actions = kind === 'act' ? (JSON.parse(prompt) as Action[]) : undefined
          subscriber.next({ type: 'answer', ...without('done', ''), error: undefined, text: prompt, actions })
          subscriber.complete()
          return
        }
        subscriber.next({ type: 'tokens', n, text: `${words[n++]} ` })
        off = clock.after(pace, step)
      }
      off = clock.after(pace, step)
      return () => off()
    })
}

/** Moves the robot for two seconds an action, with a word every SPEAK ms. The first action says whose request it is. */
function actorOf(clock: Clock, now: () => number, { name }: Process, monitor: Monitor) {
  let off = () => {}
  return {
    skills: roverSkills,
    stop: async () => {
      off()
      monitor.rest(name)
    },
    perform: (actions: Iterable<Action>) =>
      new Observable<Report>((subscriber) => {
        const all = [...actions]
        monitor.begin(String(all[0].text), name)
        let left = 20 * all.length
        const step = () => {
          if (left-- === 0) {
            monitor.rest(name)
            subscriber.complete()
            return
          }
          monitor.word(name, now())
          off = clock.after(SPEAK, step)
        }
        step()
        return () => {
          off()
          monitor.rest(name)
        }
      }),
  }
}
