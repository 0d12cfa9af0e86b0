/**
 * A rover on the UART of the 40-pin header, with a stop button on a GPIO line. Each line of stdin is an instruction; `stop`
 * and the button overtake whatever runs, `reset` allows motion again, `status` tells how it is, and why the board is slow.
 * takes  --port PATH (else the header's UART), --line N of the header's chip (17: pin 11) · wiring: docs/board-apps.md
 * board  Raspberry Pi 5; --simulate runs anywhere, and there `press` and `release` are the finger on the button, `unplug` the
 *        cable, `sag` a supply that is too weak
 */
import { distinctUntilChanged, filter, lastValueFrom, map, tap } from 'rxjs'
import { detectDevice, pageReader, readPage, readSensor, readThrottlingLater } from '../../hal/index.js'
import {
  allowed,
  button,
  createGuard,
  guarded,
  LutraError,
  open,
  type Report,
  robot,
  simulatedGpio,
  skillSet,
} from '../../sdk/index.js'
import { startRover } from '../simulated-rover/start.js'
import { app, linesOf, pathOf } from './app.js'

const about = {
  boards: ['raspberry-pi-5'],
  usage: '[--port /dev/ttyAMA0] [--line 17]',
  options: ['port', 'line'],
}

/** What the firmware of a Pi tells that has this word in `vcgencmd get_throttled`; docs/power.md has its bits. */
const firmware = (word: string) =>
  pageReader(
    readPage(`machine: linux arm64
== /proc/device-tree/compatible
raspberrypi,5-model-b
== $ vcgencmd get_throttled
throttled=${word}
`),
  )

await app(about, async ({ board, reader, simulate, options, signal, say, later }) => {
  const standIn = simulate ? startRover({ speed: 2 }) : undefined
  if (standIn) later(() => standIn.off())
  const port = standIn?.port ?? options.port ?? pathOf({ board, reader }, board.uarts[0])
  const line = Number(options.line ?? 17)
  // A contact to ground that opens when pressed: a cut wire stops as well. In a simulation it is closed at first.
  const chip = 'pinctrl-rp1'
  const lines = simulate ? simulatedGpio(chip) : undefined
  lines?.drive(line, false)
  const emergency = button({ chip, line, pull: 'up' }, lines)

  const model = await open('pilot')
  later(() => model.close())
  const rover = await robot(port, { emergency, alive: model.alive() })
  later(() => rover.close())
  const guard = createGuard(skillSet(rover.skills), { maxActions: 20 })
  const hot = detectDevice(reader).sensors.filter(({ kind }) => kind === 'temperature')

  let supply = simulate ? firmware('0x0') : reader

  const status = async () => {
    const degrees = hot.flatMap((sensor) => readSensor(reader, sensor) ?? [])
    const heat = degrees.length > 0 ? `${Math.max(...degrees).toFixed(0)} °C` : 'no temperature sensor here'
    // Not readThrottling: the stop button is not kept waiting for a program.
    const { now, sinceBoot, sources } = await readThrottlingLater(supply)
    const speed = sources.length > 0 ? 'at full speed' : 'nothing here tells whether it is slowed down'
    const before = sinceBoot.filter((cause) => !now.includes(cause))
    const { mode, reason } = rover.now
    say(`the rover is ${mode}${reason ? ` (${reason})` : ''}; ${heat}; ${now.length > 0 ? 'slowed down' : speed}`)
    if (now.length > 0)
      say(`WARNING: ${now.join(', ')}${now.includes('under-voltage') ? '; the supply is too weak' : ''}`)
    if (before.length > 0) say(`since the board started also: ${before.join(', ')}`)
  }
  const tell = ({ action, state, percent, telemetry }: Report) => {
    if (state === 'moving') return
    const { x, y } = (telemetry?.pose ?? {}) as { x?: number; y?: number }
    const at = x === undefined || y === undefined ? '' : ` at ${x.toFixed(2)}, ${y.toFixed(2)} m`
    say(`${state} ${JSON.stringify(action)} ${percent} %${at}`)
  }
  const obey = (words: string) =>
    lastValueFrom(model.actions(words).pipe(guarded(guard), allowed(), rover.execute(), tap(tell)), {
      defaultValue: undefined,
    }).catch((error: Error) => say(`that ended early: ${error.message}`))

  /** What was said before a stop is not done after it. */
  let stops = 0
  const latches = rover.state.pipe(
    map(({ latched }) => latched),
    distinctUntilChanged(),
    filter((latched) => latched),
  )
  const lost = new AbortController()
  rover.state.subscribe({ complete: () => lost.abort() })
  const watching = latches.subscribe(() => {
    stops++
    say(`STOPPED: ${rover.now.reason}`)
  })
  later(() => watching.unsubscribe())

  say(standIn?.note ?? `the rover is on ${port}, the stop button on line ${line} of ${chip}`)
  await status()
  let turn: Promise<unknown> = Promise.resolve()
  for await (const said of linesOf({ signal: AbortSignal.any([signal, lost.signal]) })) {
    const words = said.trim()
    if (/\bstop\b/i.test(words)) await rover.stop(words)
    else if (words === 'press') lines?.drive(line, true)
    else if (words === 'release') lines?.drive(line, false)
    else if (words === 'unplug') await standIn?.off()
    else if (words === 'sag') supply = simulate ? firmware('0xd0005') : supply
    else if (words === 'status') await status()
    else if (words === 'reset')
      await rover.reset().then(
        () => say('free again'),
        (error: Error) => say(`still stopped: ${error.message}`),
      )
    else if (words !== '') {
      const before = stops
      turn = turn.then(() => (before === stops ? obey(words) : say(`dropped, it was said before the stop: ${words}`)))
    }
  }
  await turn
  if (lost.signal.aborted)
    throw new LutraError('closed', `Expected ${rover.name} to stay but it has gone; check the line`)
  say('the end: the rover is brought to rest')
})
