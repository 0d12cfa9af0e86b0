/**
 * What a board says of itself, and who of them is best for a request.
 * takes  retained messages on boards/<name> · gives  Health, a choice
 * before ./job · after ./board
 */
import { isLevel } from '../broker/topic.js'
import { parse, utf8 } from '../request/request.js'
import type { FleetRequest, Job } from './job.js'

export interface Health {
  readonly online: boolean
  readonly board: string
  /** Models that are loaded, by name. */
  readonly models: readonly string[]
  /** Requests that it can work on at the same time, and how many it is at. */
  readonly slots: number
  readonly running: number
  /** °C; absent where nothing tells. */
  readonly temperature?: number
  /** Too hot to begin anything new, by the board's own limit. */
  readonly hot: boolean
  readonly freeBytes: number
  readonly tokensPerSecond: number
  /** Robots whose skills it knows. */
  readonly robots: readonly string[]
}

/** What a message says; undefined where it is not one of ours. */
export function readHealth(name: string, payload: Uint8Array): Health | undefined {
  if (!isLevel(name) || payload.length > 16_384) return undefined
  try {
    const given = parse(utf8(payload))
    const number = (key: string) => (Number.isFinite(given[key]) ? Number(given[key]) : 0)
    const names = (key: string) => (Array.isArray(given[key]) ? given[key].filter(isLevelish).slice(0, 64) : [])
    return {
      online: given.online === true,
      board: name,
      models: names('models'),
      slots: number('slots'),
      running: number('running'),
      ...(Number.isFinite(given.temperature) && { temperature: number('temperature') }),
      hot: given.hot === true,
      freeBytes: number('freeBytes'),
      tokensPerSecond: number('tokensPerSecond'),
      robots: names('robots'),
    }
  } catch {
    return undefined
  }
}

function isLevelish(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 200
}

/** Whether this board could take it at all: cool enough, holds or can hold the model, knows the robot. */
export function fits(health: Health, request: FleetRequest): boolean {
  if (!health.online || health.hot) return false
  if (request.model !== undefined && !health.models.includes(request.model)) return false
  if (request.memoryBytes !== undefined && health.freeBytes < request.memoryBytes) return false
  return request.robot === undefined || health.robots.includes(request.robot)
}

/** The fittest with a free slot: most slots free, then coolest, then fastest, then by name. Undefined where all are busy. */
export function choose(boards: Iterable<Health>, jobs: Iterable<Job>, request: FleetRequest): string | undefined {
  const assigned = new Map<string, number>()
  for (const { state, board } of jobs) if (state === 'open') assigned.set(board, (assigned.get(board) ?? 0) + 1)
  const free = (health: Health) => health.slots - Math.max(health.running, assigned.get(health.board) ?? 0)
  const able = [...boards].filter((health) => fits(health, request) && free(health) > 0)
  able.sort(
    (a, b) =>
      free(b) - free(a) ||
      (a.temperature ?? 0) - (b.temperature ?? 0) ||
      b.tokensPerSecond - a.tokensPerSecond ||
      (a.board < b.board ? -1 : 1),
  )
  return able[0]?.board
}

/** The last will of a board. */
export function gone(board: string): Pick<Health, 'online' | 'board'> {
  return { online: false, board }
}
