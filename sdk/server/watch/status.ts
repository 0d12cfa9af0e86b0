/**
 * What stays the same while it serves: device, board, back ends, the model and its plan with reasons, the robot, its room.
 * takes  an open model, a robot, limits · gives  Status for GET /lutra/status
 * before the routes of sdk/server · after ../../open/look
 */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../../hal/worker-file.js'
import type { Skills } from '../../action/index.js'
import { openEach } from '../../open/look.js'
import type { Model } from '../../open/model.js'
import type { FloorPlan } from '../../robot/index.js'
import { modelId } from '../openai/models.js'
import type { Status } from './event.js'

export interface StatusParts {
  readonly model: Model
  readonly limits: Status['limits']
  readonly robot?: Pick<NonNullable<Status['robot']>, 'name' | 'simulated' | 'watchdog' | 'stopAfter'> & {
    readonly skills: Skills
  }
  /** The world, where it is known: the simulated rover's. */
  readonly map?: FloorPlan
}

/** Opens every back end once to learn whether it is there, so ask once and keep the answer. */
export async function statusOf({ model, limits, robot, map }: StatusParts): Promise<Status> {
  const { device, board, plan, backend } = model
  return {
    version: version(),
    device,
    board,
    backends: await openEach(device),
    // Where the file lies is nobody's business.
    model: { ...model.summary(), name: modelId(model), path: basename(model.file.path) },
    plan: plan.accelerator
      ? { ...plan, accelerator: { ...plan.accelerator, module: basename(plan.accelerator.module) } }
      : plan,
    backend,
    limits,
    ...(robot ? { robot: robotOf(robot) } : {}),
    ...(map ? { map: mapOf(map) } : {}),
  }
}

/** Without the validators that only this process can call. */
function robotOf({
  name,
  simulated,
  watchdog,
  stopAfter,
  skills,
}: NonNullable<StatusParts['robot']>): NonNullable<Status['robot']> {
  const shown = Object.entries(skills).map(([skill, { description, parameters }]) => [
    skill,
    { description: description ?? '', parameters: parameters && '~standard' in parameters ? undefined : parameters },
  ])
  return { name, simulated, watchdog, stopAfter, skills: Object.fromEntries(shown) }
}

function mapOf({ walls, edges, people, lines, places }: FloorPlan): Status['map'] {
  const marks = (kind: string, all: FloorPlan['walls']) => all.map((each) => ({ kind, ...each }))
  return { walls, places, marks: [...marks('edge', edges), ...marks('person', people), ...marks('line', lines)] }
}

function version(): string {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)))
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
}
