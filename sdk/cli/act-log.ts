/**
 * What `lutra act --audit FILE` writes down of each instruction: prompt, tokens, actions, and the guard's verdicts on them.
 * takes  the log's path or none, a model, its skills · gives  interpret(), which answers once all of it is on the disk
 */
import { Audit, createGuard, type Skills, skillSet } from '../action/index.js'
import type { ActOptions, Interpretation, Model } from '../open.js'
import { roverSkills } from '../robot/skills.js'

export interface ActLog extends AsyncDisposable {
  interpret(instruction: string, options: ActOptions): Promise<Interpretation>
}

export async function openLog(path: string | undefined, model: Model, skills: Skills = roverSkills): Promise<ActLog> {
  if (path === undefined)
    return {
      interpret: (instruction, options) => model.interpret(instruction, options),
      [Symbol.asyncDispose]: async () => {},
    }
  // Nothing moves here: how fast instructions come in is nobody's danger.
  const guard = createGuard(skillSet(skills), { rate: { actions: Number.POSITIVE_INFINITY, ms: 1000 } })
  const audit = await Audit.open(path)
  const interpret = async (instruction: string, options: ActOptions) => {
    const session = audit.session({ prompt: instruction, model: model.name })
    const found = await model.interpret(instruction, { ...options, onToken: (token) => void session.token(token) })
    const plan = guard.plan()
    session.flush()
    const of = session.id
    for (const action of found.actions) {
      audit.enter({ kind: 'action', of, action })
      for (const verdict of plan.check(action)) audit.enter({ kind: 'verdict', of, ...verdict })
    }
    await audit.record({ kind: 'end', of, refused: found.refused, tokens: found.tokens, ms: found.ms })
    return found
  }
  return { interpret, [Symbol.asyncDispose]: () => audit.close() }
}
