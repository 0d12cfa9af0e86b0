/**
 * A greenhouse: sensors in windows, rules that act through the guard, and a model that says what it saw.
 * takes  nothing (simulated sensors, two days in five seconds), or a broker: node dist/examples/greenhouse.js mqtt://host [MODEL.gguf]
 *        with numbers on greenhouse/<sensor>; what is allowed goes out on greenhouse/do
 * board  any
 */
import { concatMap, endWith, filter, interval, lastValueFrom, map, merge, mergeMap, of, share, take, tap } from 'rxjs'
import { isAllowed, open } from '../sdk/index.js'
import { connect, type Reading, rules, summarize, windows, windowText } from '../sdk/iot/index.js'
import { all, skills } from './greenhouse-rules.js'

const [, , url, path] = process.argv
const line = url === undefined ? undefined : await connect({ url })
await line?.subscribe('greenhouse/+', { old: false })
const model = path === undefined ? undefined : await open(path)

/** An hour every 100 ms: warm at noon, and the soil dries. */
const simulated = interval(100).pipe(
  take(48),
  mergeMap((hour) => [
    { sensor: 'air', unit: '°C', value: 23 - 10 * Math.cos((hour * Math.PI) / 12) },
    { sensor: 'soil', unit: '%', value: 60 - ((hour * 2) % 50) },
  ]),
)
const heard = line?.messages.pipe(
  map(({ topic, payload }) => ({ sensor: topic.split('/')[1], value: Number(Buffer.from(payload).toString()) })),
  filter(({ sensor }) => sensor !== 'do'),
)
if (heard === undefined) console.log('the sensors are simulated')
const readings = (heard ?? simulated).pipe(
  map((reading): Reading => reading),
  share(),
)

const acting = readings.pipe(
  rules(all, { skills }),
  tap((found) => {
    const { rule, value, verdict, action } = found
    console.log(`${rule} at ${value.toFixed(1)}: ${verdict} ${JSON.stringify(action)}`)
    if (isAllowed(found)) void line?.publish('greenhouse/do', JSON.stringify(action))
  }),
)
const telling = readings.pipe(
  windows({ seconds: url === undefined ? 2 : 60 }),
  concatMap((window) => (model ? summarize(model, window).pipe(endWith('\n')) : of(`${windowText(window)}\n`))),
  tap((text) => process.stdout.write(text)),
)
await lastValueFrom(merge(acting, telling))
