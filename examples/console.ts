/**
 * A voice-style console: lines as a speech recognizer would give them, answers as sentences to be spoken. `stop`, in any
 * line and at any time, overtakes everything; "go on" allows motion again.
 * takes  a serial port, or nothing for the simulated rover; SPEAK=espeak-ng (or another program) says the answers aloud
 * board  any; with a microphone, pipe a recognizer in: whisper-stream … | node dist/examples/console.js
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { allowed, createGuard, guarded, open, type Report, robot, skillSet } from '../sdk/index.js'

const [, , port = 'simulated'] = process.argv
const { SPEAK } = process.env
const model = await open('pilot')
const rover = await robot(port, { alive: model.alive() })
const guard = createGuard(skillSet(rover.skills), { maxActions: 20 })

function say(sentence?: string): void {
  if (!sentence) return
  console.log(sentence)
  if (SPEAK) spawn(SPEAK, [sentence], { stdio: 'ignore' }).on('error', () => {})
}

function spoken({ state, action, telemetry }: Report): string | undefined {
  const { skill, ...rest } = action
  const what = `${skill} ${Object.values(rest).map(String).join(' ')}`.trim()
  if (state === 'refused') return `I will not do that: ${String(action.reason).replaceAll('_', ' ')}.`
  if (state === 'done' && skill === 'say') return String(action.text)
  if (state === 'done' && telemetry?.pose)
    return `Done: ${what}. I am at ${telemetry.pose.x.toFixed(1)}, ${telemetry.pose.y.toFixed(1)}.`
}

function obey(line: string): Promise<void> {
  return new Promise((done) => {
    const reports = model.actions(line).pipe(guarded(guard), allowed(), rover.execute())
    reports.subscribe({
      next: (report) => say(spoken(report)),
      error: (error: Error) => {
        say(`That ended early. ${error.message}.`)
        done()
      },
      complete: done,
    })
  })
}

say(rover.simulated ? 'Ready. The rover is simulated.' : 'Ready.')
let turn = Promise.resolve()
/** What was said before a stop is not done after it. */
let stops = 0
for await (const line of createInterface({ input: process.stdin })) {
  if (/\bstop\b/i.test(line)) {
    stops++
    const { confirmed } = await rover.stop(line)
    say(confirmed ? 'Stopped.' : 'I could not confirm the stop. Use the button.')
  } else if (/^\s*go on\b/i.test(line)) await rover.reset().then(() => say('Going on.'))
  else if (line.trim()) {
    const before = stops
    turn = turn.then(() => (before === stops ? obey(line) : undefined))
  }
}
await turn
await rover.close()
await model.close()
