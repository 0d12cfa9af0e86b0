/**
 * Makes this process a board of a fleet.
 * takes  a TextModel, how to reach the broker, what may be done here · gives  Promise<Member>
 * before ./board, ./keeper · after ./index. The protocol and its guarantees: docs/fleet.md
 */
import { freemem, hostname } from 'node:os'
import { LutraError } from '../../../hal/error.js'
import { createGuard, type GuardOptions, type Skills, skillSet } from '../../action/index.js'
import { connect } from '../broker/connect.js'
import type { Connection, Will } from '../broker/connection.js'
import type { BrokerOptions } from '../broker/options.js'
import { isLevel } from '../broker/topic.js'
import { type Clock, systemClock } from '../clock.js'
import type { Actor, TextModel } from '../model.js'
import { type RequestLimits, requestLimits } from '../request/request.js'
import { type Means, work } from '../request/work.js'
import { boardTemperature } from '../temperature.js'
import { Board } from './board.js'
import { gone, type Health } from './health.js'
import { Keeper } from './keeper.js'
import { topicsOf } from './topics.js'

export interface MemberOptions extends Partial<BrokerOptions> {
  /** A way to the broker other than `url`. Gets the last will. */
  readonly connect?: (will: Will) => Promise<Connection>
  /** This board's name, unique in the fleet. Default: the host name. */
  readonly board?: string
  /** What all topics begin with. Default lutra/fleet. */
  readonly prefix?: string
  /** Members of one group share the requests. Default lutra. */
  readonly group?: string
  /** Requests at the same time. Default 1. */
  readonly slots?: number
  /** °C from which nothing new is begun, until it is 5 °C cooler. Default 80. */
  readonly maxTemperature?: number
  /** Default: the hottest sensor of the board, where there is one. */
  readonly temperature?: () => number | undefined
  /** Robots whose instructions this board can plan: skills by robot's name. */
  readonly skills?: Readonly<Record<string, Skills>>
  /** Robots that this board can move, by name. Who of several does is settled by a lease. */
  readonly robots?: Readonly<Record<string, Actor>>
  readonly guard?: GuardOptions
  /** Milliseconds between two words of health; 3.5 of them without one, and a board counts as gone. Default 2000. */
  readonly beatMs?: number
  /** Milliseconds that a board may move a robot after its last word. Default 3000; at least three times the robot's stopAfter. */
  readonly leaseMs?: number
  /** Seconds that the broker keeps requests under way, and answers. Defaults 3600 and 600. */
  readonly openSeconds?: number
  readonly doneSeconds?: number
  /** Milliseconds between two messages of tokens. Default 50. */
  readonly batchMs?: number
  readonly limits?: Partial<RequestLimits>
  readonly clock?: Clock
  readonly random?: () => number
}

export interface Member {
  readonly board: string
  readonly running: number
  /** The boards that this one knows of. */
  boards(): readonly Health[]
  /** Whether this board may move that robot now. */
  holds(robot: string): boolean
  /** Hands its requests on and says goodbye. */
  close(): Promise<void>
}

/** Degrees that a hot board must cool down before it begins anything new. */
const HYSTERESIS = 5

export async function fleetMember(model: TextModel, options: MemberOptions = {}): Promise<Member> {
  const { robots = {}, beatMs = 2000, leaseMs = 3000, clock = systemClock, random = Math.random } = options
  const me = options.board ?? hostname().replace(/[^A-Za-z0-9_-]/g, '-')
  const odd = [me, ...Object.keys(robots), ...Object.keys(options.skills ?? {})].find((name) => !isLevel(name))
  if (odd !== undefined)
    throw new LutraError('mismatch', `Expected names of letters, digits and _.:- but found ${JSON.stringify(odd)}`)
  const topics = topicsOf(options.prefix ?? 'lutra/fleet')
  const limits = { ...requestLimits, ...options.limits }
  const means = meansOf(options)
  const line = await open(options, { topic: topics.board(me), payload: JSON.stringify(gone(me)) })
  const board: Board = new Board({
    line,
    topics,
    clock,
    me,
    group: options.group ?? 'lutra',
    beatMs,
    limits,
    worker: (request) => work(model, request, means.get(request.robot ?? '') ?? { batchMs: options.batchMs }),
    health: healthOf(model, options, [...means.keys()]),
    openSeconds: options.openSeconds ?? 3600,
    doneSeconds: options.doneSeconds ?? 600,
    heard: (job) => {
      for (const keeper of keepers.values()) keeper.heard(job)
    },
  })
  const keepers = new Map(
    Object.entries(robots).map(([robot, actor]) => {
      const { guard } = options
      return [robot, new Keeper({ line, topics, clock, me, robot, actor, guard, leaseMs, random, board: () => board })]
    }),
  )
  const close = async () => {
    for (const keeper of keepers.values()) keeper.close()
    await board.close()
    await line.close()
  }
  try {
    await board.start()
    for (const keeper of keepers.values()) await keeper.start()
  } catch (error) {
    await close()
    throw error
  }
  return {
    board: me,
    get running() {
      return board.running
    },
    boards: () => board.view.alive(),
    holds: (robot) => keepers.get(robot)?.lease.held ?? false,
    close,
  }
}

/** What an instruction for a robot may become here. The robot itself is the keeper's. */
function meansOf({ skills = {}, robots = {}, guard, batchMs }: MemberOptions): Map<string, Means> {
  const known = { ...Object.fromEntries(Object.entries(robots).map(([name, { skills }]) => [name, skills])), ...skills }
  return new Map(
    Object.entries(known).map(([name, one]) => [
      name,
      { skills: one, guard: createGuard(skillSet(one), guard), batchMs },
    ]),
  )
}

function healthOf(model: TextModel, options: MemberOptions, robots: readonly string[]) {
  const { slots = 1, maxTemperature = 80, temperature = boardTemperature() } = options
  let hot = false
  return () => {
    const degrees = temperature()
    hot = degrees !== undefined && degrees >= maxTemperature - (hot ? HYSTERESIS : 0)
    return {
      models: [model.name],
      slots,
      ...(degrees !== undefined && { temperature: degrees }),
      hot,
      freeBytes: freemem(),
      robots,
    }
  }
}

function open({ url, connect: way, ...rest }: MemberOptions, will: Will): Promise<Connection> {
  if (way !== undefined) return way(will)
  if (url === undefined) throw new LutraError('mismatch', 'Expected the url of a broker but received none')
  return connect({ ...rest, url }, will)
}
