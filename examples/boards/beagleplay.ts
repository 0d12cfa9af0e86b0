/**
 * Says in words what the sensors of a board mean, and publishes it as JSON. The words come from rules (./explain): the
 * pilot knows a robot's commands and cannot describe anything. A chat model that fits into 2 GB may add a sentence.
 * takes  mqtt://BROKER (else no broker), --model FILE.gguf, --seconds of a window (60), --root FOLDER in the place of `/`
 * board  BeaglePlay, sensors by Qwiic, Grove or mikroBUS; --simulate runs anywhere: a day of sensors in a few seconds
 */
import {
  concatMap,
  fromEvent,
  interval,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  reduce,
  share,
  takeUntil,
  tap,
} from 'rxjs'
import { folderReader, LutraError } from '../../hal/index.js'
import { isAllowed, open } from '../../sdk/index.js'
import { connect, MemoryBroker, type Rule, rules, summarize, type Window, windows } from '../../sdk/iot/index.js'
import { simulatedSensors } from '../simulated-sensors/root.js'
import { app } from './app.js'
import { explain } from './explain.js'
import { readIio } from './iio.js'

const about = {
  boards: ['beagleplay'],
  usage: '[mqtt://BROKER] [--model FILE.gguf] [--seconds 60] [--root FOLDER]',
  options: ['model', 'seconds', 'root'],
}
const topic = 'beagleplay/room'
const skills = {
  light: { description: 'switch the light', parameters: { properties: { state: { enum: ['on', 'off'] } } } },
} as const
const dusk: Rule[] = [
  {
    name: 'dusk',
    sensor: 'light',
    below: 50,
    hysteresis: 50,
    cooldownSeconds: 1,
    actions: [{ skill: 'light', state: 'on' }],
  },
  {
    name: 'dawn',
    sensor: 'light',
    above: 1000,
    hysteresis: 500,
    cooldownSeconds: 1,
    actions: [{ skill: 'light', state: 'off' }],
  },
]

await app(about, async ({ board, reader, simulate, options, words, signal, say, later }) => {
  const seconds = Number(options.seconds ?? (simulate ? 1 : 60))
  if (!(seconds >= 0.1 && seconds <= 86_400))
    throw new LutraError('limit', `Expected --seconds from 0.1 to 86400 but found ${options.seconds}`)
  const day = simulate ? simulatedSensors(3) : undefined
  if (day) later(() => day.off())
  const root = day?.root ?? options.root
  const files = root === undefined ? reader : folderReader(root, reader)
  const found = readIio(files)
  if (found.length === 0)
    throw new LutraError(
      'io',
      `Expected IIO sensors in /sys/bus/iio/devices but found none; bind one on ${board.title}`,
    )
  say(`sensors: ${found.map(({ sensor, device }) => `${sensor} (${device})`).join(', ')}`)

  const will = { topic: `${topic}/status`, payload: '{"online":false}' }
  const [url] = words
  const line = simulate
    ? await new MemoryBroker().connect(will)
    : url === undefined
      ? undefined
      : await connect({ url }, will)
  if (line) later(() => line.close())
  const publish = async (what: string, value: object, retain = false) =>
    line?.publish(`${topic}/${what}`, JSON.stringify(value), { retain }).catch((error: Error) => say(error.message))
  await publish('status', { online: true, board: board.name, sensors: found.map(({ sensor }) => sensor) }, true)
  later(() => publish('status', { online: false }, true))

  // Little memory: a short context, and a model that does not fit is refused when it is opened.
  const model = options.model === undefined ? undefined : await open(options.model, { context: 512 })
  if (model) later(() => model.close())
  if (model?.file.metadata.has('lutra.pilot.version'))
    throw new LutraError('unsupported', 'Expected a model that writes sentences but the pilot knows only commands')

  const known = new Set(found.map(({ sensor }) => sensor))
  const here = new Set(known)
  /** Tells who has gone and who is back. */
  const call = (now: readonly string[]) => {
    for (const sensor of now) known.add(sensor)
    for (const sensor of known) {
      if (here.has(sensor) === now.includes(sensor)) continue
      if (here.delete(sensor)) say(`${sensor} has gone: it says nothing any more`)
      else {
        here.add(sensor)
        say(`${sensor} is here`)
      }
      void publish(`sensor/${sensor}`, { here: here.has(sensor) }, true)
    }
  }
  const readings = interval(simulate ? 50 : 1000).pipe(
    takeUntil(merge(fromEvent(signal, 'abort'), day?.over ?? NEVER)),
    map(() => readIio(files)),
    tap((now) => call(now.map(({ sensor }) => sensor))),
    mergeMap((now) => now),
    share(),
  )
  const acting = readings.pipe(rules(dusk, { skills })).subscribe((verdict) => {
    say(`${verdict.rule} at ${verdict.value.toFixed(0)} lx: ${verdict.verdict} ${JSON.stringify(verdict.action)}`)
    if (isAllowed(verdict)) void publish('do', verdict.action)
  })
  later(() => acting.unsubscribe())
  const telling = async (window: Window) => {
    for (const [sensor, stats] of Object.entries(window.sensors)) {
      const words = explain(sensor, stats)
      say(words)
      await publish(`words/${sensor}`, { sensor, ...stats, words, from: window.from, to: window.to })
    }
    if (!model) return
    const pieces = summarize(model, window, { maxTokens: 48 }).pipe(reduce((text, piece) => text + piece, ''))
    const text = await lastValueFrom(pieces).catch((error: Error) => `no summary: ${error.message}`)
    say(`the model: ${text}`)
    await publish('summary', { text })
  }
  await lastValueFrom(readings.pipe(windows({ seconds }), concatMap(telling)), { defaultValue: undefined })
  say(`the end; ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB of memory in use`)
})
