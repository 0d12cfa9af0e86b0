import { type ReplayStep, replay as replayLog } from '../robot/replay/replay.js'
import { type Command, number, word } from './command.js'

/** `lutra replay`: what an audit log says was done, done again by the simulated rover. */
export const replay: Command = {
  name: 'replay',
  usage: 'LOG [--speed X]',
  about: 'Drives the simulated rover from an audit log and tells what differs; --speed 0.1 to 20, default 1.',
  options: { speed: { type: 'string' } },
  async run(call) {
    const log = word(call, 0, 'LOG')
    const damaged: string[] = []
    const done = await replayLog(log, {
      speed: number(call, 'speed', 0.1, 20),
      signal: call.signal,
      onStep: call.json ? undefined : print,
      onPause: (ms) => {
        if (ms >= 10_000) process.stderr.write(`lutra: a pause of ${Math.round(ms / 1000)} s, as it was\n`)
      },
      onDamage: ({ path, line, why }) => {
        damaged.push(`line ${line} of ${path}: ${why}`)
        process.stderr.write(`lutra: line ${line} of ${path} is damaged: ${why}\n`)
      },
    })
    if (!call.json) {
      const { steps, stops, resets, differences } = done
      process.stdout.write(
        `simulated rover: ${steps.length} actions, ${stops} stops, ${resets} resets; ${differences} differ\n`,
      )
    }
    return { ...done, damaged }
  },
}

function print({ action, recorded, replayed, differs }: ReplayStep): void {
  const { skill, ...given } = action
  const how = recorded === undefined ? `${replayed.state} (no report in the log)` : replayed.state
  const pose = replayed.pose && ` at ${[replayed.pose.x, replayed.pose.y].map((m) => m.toFixed(2)).join(', ')} m`
  process.stdout.write(`${skill} ${JSON.stringify(given)}: ${how}${pose ?? ''}\n`)
  for (const one of differs) process.stdout.write(`  differs: ${one}\n`)
}
