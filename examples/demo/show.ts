/**
 * One instruction from text to wheels: tokens as they come, actions with their verdicts, the track while it is driven.
 * takes  a DemoModel, a Robot, the simulated board behind it, a Screen · gives  what the model made of it
 */

import { skillSet } from '../../sdk/action/index.js'
import type { Interpretation } from '../../sdk/index.js'
import { type Robot, violation } from '../../sdk/robot/index.js'
import type { Firmware } from '../../sdk/robot/simulated-rover/firmware.js'
import type { Track } from '../simulated-rover/track.js'
import type { DemoModel } from './model.js'
import type { Screen } from './screen.js'
import { say, tell } from './words.js'

export interface Stage {
  readonly model: DemoModel
  readonly rover: Robot
  readonly firmware: Firmware
  readonly track: Track
  readonly screen: Screen
  readonly signal: AbortSignal
}

/** Milliseconds between two pictures. */
const frame = 80

export async function show(instruction: string, stage: Stage): Promise<Interpretation> {
  const { model, screen, signal } = stage
  screen.print()
  screen.print(`> ${instruction}`)
  let text = ''
  const onToken = (token: { readonly text: string }) => {
    text += token.text
    screen.draw(`  ${text}`, picture(stage))
  }
  const found = await model.interpret(instruction, { signal, onToken })
  const rate = found.tokens > 1 ? ((found.tokens - 1) / (found.ms - found.ttftMs)) * 1000 : 0
  screen.print(`  ${found.raw}`)
  screen.print(`  ${found.tokens} tokens, first after ${found.ttftMs.toFixed(0)} ms, then ${rate.toFixed(0)} a second`)
  const skills = skillSet(stage.rover.skills)
  for (const action of found.actions) {
    const wrong = violation(action, skills)
    screen.print(wrong ? `  ✗ ${wrong}` : `  ✓ ${say(action)}`)
  }
  await act(found, stage)
  return found
}

function act(found: Interpretation, stage: Stage): Promise<void> {
  const { rover, screen, signal } = stage
  const redraw = setInterval(() => screen.draw('', picture(stage)), frame)
  return new Promise<void>((done) => {
    const going = rover.perform(found.actions).subscribe({
      next: (report) => {
        if (report.state !== 'started' && report.state !== 'moving') screen.print(`    ${tell(report)}`)
      },
      // Its report has told already; the next instruction may do better.
      error: () => done(),
      complete: () => done(),
    })
    const leave = () => {
      going.unsubscribe()
      done()
    }
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
  }).finally(() => clearInterval(redraw))
}

export function picture({ firmware, track, screen }: Stage): string[] {
  const { x, y, heading } = firmware.body
  return track.render(x, y, heading, screen.live)
}
