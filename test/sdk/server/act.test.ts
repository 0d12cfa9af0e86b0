/** `/lutra/act`: words drive the simulated rover, and the audit log tells of it before it happens. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Subject } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Audit, type AuditRecord, readAudit } from '../../../sdk/action/index.js'
import { type Model, open } from '../../../sdk/open.js'
import { type RobotState, roverSkills } from '../../../sdk/robot/index.js'
import { place } from '../../../sdk/robot/simulated-rover/room.js'
import { serve } from '../../../sdk/server/index.js'
import type { ServedRobot } from '../../../sdk/server/options.js'
import { pageRig } from './page-rig.js'

/** Where the rover begins, heading along x. */
const charger = place('charger')!

let model: Model
let folder: string
beforeAll(async () => {
  model = await open('pilot')
  folder = await mkdtemp(join(tmpdir(), 'lutra-act-'))
})
afterAll(async () => {
  await model.close()
  await rm(folder, { recursive: true, force: true })
})

async function post(url: string, path: string, body: object = {}) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function records(path: string): Promise<AuditRecord[]> {
  const all: AuditRecord[] = []
  for await (const record of readAudit(path)) all.push(record)
  return all
}

describe('POST /lutra/act', () => {
  it('writes prompt, tokens, verdict before report, stop and reset', async () => {
    const path = join(folder, 'whole.jsonl')
    const audit = await Audit.open(path, { sync: false })
    {
      await using rig = await pageRig(model, { audit, page: false, speed: 20 })
      const { status, body } = await post(rig.url, '/lutra/act', { text: 'drive one metre forward' })
      expect({ status, done: body.done }).toEqual({ status: 200, done: true })
      expect(rig.firmware.body.x - charger.x).toBeCloseTo(1, 1)
      expect((await post(rig.url, '/lutra/stop')).body.confirmed).toBe(true)
      expect((await post(rig.url, '/lutra/reset')).body).toEqual({ reset: true })
    }
    await audit.close()
    const all = await records(path)
    const prompt = all.find(({ kind }) => kind === 'prompt')
    expect(prompt).toMatchObject({ prompt: 'drive one metre forward', model: model.name, request: 'req-1' })
    const kinds = all.filter(({ of }) => of === prompt?.n).map(({ kind, state }) => (kind === 'report' ? state : kind))
    expect(kinds).toEqual(['tokens', 'end', 'verdict', 'started', 'done'])
    expect(all.find(({ kind }) => kind === 'verdict')).toMatchObject({ verdict: 'allowed', action: { skill: 'drive' } })
    const stops = all.filter(({ kind }) => kind === 'stop' || kind === 'reset')
    // A stop is written at once, and again when the board has confirmed it.
    expect(stops[0].kind).toBe('stop')
    expect(stops.at(-2)).toMatchObject({ kind: 'stop', confirmed: true })
    expect(stops.at(-1)?.kind).toBe('reset')
  })

  it('moves nothing where the log cannot be written, and stops all the same', async () => {
    const audit = await Audit.open(join(folder, 'closed.jsonl'), { sync: false })
    await audit.close()
    await using rig = await pageRig(model, { audit, page: false, speed: 20 })
    const { body } = await post(rig.url, '/lutra/act', { text: 'drive one metre forward' })
    expect(body).toMatchObject({ done: false, reports: [], error: { code: 'closed' } })
    expect(rig.firmware.body.x).toBe(charger.x)
    expect((await post(rig.url, '/lutra/stop')).body.confirmed).toBe(true)
  })

  it('tells the verdicts of a dry run, as such, and moves nothing', async () => {
    const path = join(folder, 'dry.jsonl')
    const audit = await Audit.open(path, { sync: false })
    {
      await using rig = await pageRig(model, { audit, page: false, speed: 20 })
      const { body } = await post(rig.url, '/lutra/act', { text: 'drive one metre forward', dry_run: true })
      expect(body).toMatchObject({ done: false, dry_run: true, verdicts: [{ verdict: 'allowed' }] })
      expect(rig.firmware.body.x).toBe(charger.x)
    }
    await audit.close()
    expect((await records(path)).find(({ kind }) => kind === 'verdict')).toMatchObject({ dry: true })
  })

  it('forgets what was said before a stop, also where a reset comes before the words are understood', async () => {
    let understood = () => {}
    const waits = new Promise<void>((resolve) => {
      understood = resolve
    })
    let asked = () => {}
    const begun = new Promise<void>((resolve) => {
      asked = resolve
    })
    const slow = Object.create(model) as Model
    slow.interpret = async (...given) => {
      const found = await model.interpret(...given)
      asked()
      await waits
      return found
    }
    await using rig = await pageRig(slow, { page: false, speed: 20 })
    const answer = post(rig.url, '/lutra/act', { text: 'drive one metre forward' })
    await begun
    await post(rig.url, '/lutra/stop')
    await post(rig.url, '/lutra/reset')
    understood()
    expect(await answer).toMatchObject({ status: 409, body: { error: { code: 'robot_stopped' } } })
    expect(rig.firmware.body.x).toBe(charger.x)
    // What is said afterwards is meant.
    expect((await post(rig.url, '/lutra/act', { text: 'drive one metre forward' })).body.done).toBe(true)
  })
})

it('lets the robot go where it cannot listen', async () => {
  const first = await serve(model, { port: 0, page: false })
  const state = new Subject<RobotState>()
  const rover = { name: 'none', simulated: true, skills: roverSkills, state } as unknown as ServedRobot
  await expect(serve(model, { port: first.port, robot: rover })).rejects.toMatchObject({ kind: 'io' })
  expect(state.observed).toBe(false)
  await first.close()
})
