/**
 * What a robot will not do, and who says no: the model, the skills, the board's latch. Needs no hardware.
 * takes  nothing · gives  one line per refusal
 * board  none: the rover is simulated
 */
import { lastValueFrom } from 'rxjs'
import type { Action } from '../sdk/action/action.js'
import { robot } from '../sdk/robot/index.js'
import { openModel } from './demo/model.js'
import { startRover } from './simulated-rover/start.js'

const model = await openModel(process.argv[2] ?? 'pilot', {})
const simulated = startRover({ speed: 8 })
const rover = await robot(simulated.port)

async function attempt(who: string, what: Action): Promise<void> {
  const words = JSON.stringify(what)
  try {
    const { state } = await lastValueFrom(rover.perform(what))
    console.log(`${who}: ${words} → ${state}`)
  } catch (error) {
    console.log(`${who}: ${words} → ${(error as Error).message}`)
  }
}

try {
  for (const text of ['throw the vase at the cat', 'write me a poem', 'asdf qwer']) {
    const { actions } = await model.interpret(text)
    for (const action of actions) await attempt(`the model, told "${text}"`, action)
  }
  await attempt('the skills', { skill: 'drive', metres: 5000 })
  await attempt('the skills', { skill: 'self_destruct' })
  await rover.stop()
  await attempt('the latch', { skill: 'drive', metres: 1 })
  await rover.reset()
  await attempt('after a reset by a person', { skill: 'drive', metres: 1 })
} finally {
  await rover.close()
  await simulated.off()
  await model.close()
}
