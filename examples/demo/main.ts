/**
 * The demo: English in, a rover's track out, no hardware needed. npm run demo -- "drive a metre and turn left"
 * flags  --backend native|wasm|ts|lut-core --isa NAME --threads N --speed FACTOR --headless --model pilot|scripted
 * board  none: the rover is simulated, behind a real pseudo-terminal where there is one
 */
import { parseArgs } from 'node:util'
import { robot } from '../../sdk/robot/index.js'
import { startRover } from '../simulated-rover/start.js'
import { Track } from '../simulated-rover/track.js'
import { openModel } from './model.js'
import { openScreen } from './screen.js'
import { sentences } from './sentences.js'
import { picture, type Stage, show } from './show.js'
import { figures, introduce } from './words.js'

const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string' },
    isa: { type: 'string' },
    threads: { type: 'string' },
    speed: { type: 'string', default: '4' },
    headless: { type: 'boolean', default: false },
    model: { type: 'string', default: 'pilot' },
  },
})

async function main(): Promise<void> {
  const speed = Number(flags.speed)
  if (!(speed > 0 && speed <= 20)) throw new Error(`Expected --speed from 0 to 20 but received ${flags.speed}`)
  const leave = new AbortController()
  process.once('SIGINT', () => leave.abort())
  // `npm run demo | head`: whoever reads has seen enough.
  process.stdout.on('error', () => process.exit())
  const threads = flags.threads === undefined ? undefined : Number(flags.threads)
  const model = await openModel(flags.model, { backend: flags.backend, isa: flags.isa, threads })
  const board = startRover({ speed })
  const screen = openScreen(process.stdout.isTTY === true && !flags.headless)
  try {
    const rover = await robot(board.port)
    for (const line of introduce(model)) screen.print(line)
    screen.print(`robot    ${board.note}, ${speed} × real time`)
    const track = new Track()
    board.firmware.ticks.subscribe(({ x, y }) => track.add(x, y))
    const stage: Stage = { model, rover, firmware: board.firmware, track, screen, signal: leave.signal }
    const runs = []
    for (const text of words.length ? [words.join(' ')] : sentences.map((sentence) => sentence.text)) {
      if (leave.signal.aborted) break
      runs.push(await show(text, stage))
    }
    if (rover.now.latched) {
      await rover.reset()
      screen.print('    the emergency stop held until now; this demo plays the person who resets it')
    }
    if (screen.live) screen.draw('', picture(stage))
    else for (const line of picture(stage)) screen.print(line)
    for (const line of ['', ...figures(runs, model.backend)]) process.stdout.write(`${line}\n`)
    await rover.close()
  } finally {
    screen.close()
    await board.off()
    await model.close()
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
