/**
 * A voice-style command console on MQTT: a speech recognizer publishes what it hears, a rover does it, sentences to be
 * spoken come back. A stop word overtakes everything at once, even half a sentence; "rover, go on" allows motion again.
 * takes  mqtt://BROKER, --port PATH of the rover (else simulated), --prefix (voice/rover), --wake (rover) · topics:
 *        docs/board-apps.md
 * board  boards with an RK3588; --simulate runs anywhere, with a broker in memory and a scripted speaker
 */
import { filter, firstValueFrom } from 'rxjs'
import { boards } from '../../boards/index.js'
import { LutraError, open, robot } from '../../sdk/index.js'
import { connect, MemoryBroker, type Message, mqttService } from '../../sdk/iot/index.js'
import { type Step, speak } from '../simulated-speaker/speaker.js'
import { app } from './app.js'
import { hear } from './hearing.js'
import { sentenceOf } from './sentence.js'

const about = {
  boards: boards.filter(({ chip }) => chip.name === 'rk3588').map(({ name }) => name),
  usage: 'mqtt://BROKER [--port /dev/ttyUSB0] [--prefix voice/rover] [--wake rover]',
  options: ['port', 'prefix', 'wake'],
}

const script: readonly Step[] = [
  { heard: '{"text": "rover dri' },
  { heard: { text: 'what lovely weather', confidence: 0.98 } },
  { heard: { text: 'rover turn left', confidence: 0.31 }, until: /Pardon/ },
  { heard: { partial: 'rover turn' } },
  { heard: { text: 'Rover, turn left.', confidence: 0.94 }, until: /Done: turn/ },
  { heard: { text: 'rover drive five metres', confidence: 0.9 }, until: /^Now: drive/ },
  { heard: { partial: 'no no stop' }, until: /Stopped/ },
  { heard: { text: 'rover turn right', confidence: 0.9 }, until: /I am stopped/ },
  { heard: { text: 'rover go on', confidence: 0.9 }, until: /Going on/ },
  { heard: { text: 'rover write a poem', confidence: 0.9 }, until: /will not/ },
]

await app(about, async ({ board, simulate, options, words, signal, say, later }) => {
  const { prefix = 'voice/rover', wake = 'rover' } = options
  if (!/^\p{L}+$/u.test(wake)) throw new LutraError('mismatch', `Expected --wake to be one word but found "${wake}"`)
  const [url] = words
  if (url === undefined && !simulate) throw new LutraError('mismatch', 'Expected a broker such as mqtt://localhost')
  const broker = new MemoryBroker()
  const way = simulate ? { connect: broker.connect.bind(broker) } : { url }

  const model = await open('pilot')
  later(() => model.close())
  const big = board.chip.clusters[0]
  say(`plan: ${model.plan.threads} threads on ${model.plan.threadsWhy}`)
  say(`${board.title} has ${big.count}× ${big.core} to compute on; its other cores would slow every step down`)
  const rover = await robot(simulate ? 'simulated:speed=4' : (options.port ?? 'simulated'), { alive: model.alive() })
  later(() => rover.close())

  const service = await mqttService(model, {
    ...way,
    prefix,
    robot: rover,
    board: board.name,
    guard: { maxActions: 20 },
  })
  later(() => service.close())
  const line = simulate ? await broker.connect() : await connect({ url })
  later(() => line.close())
  const topics = { heard: `${prefix}/voice/heard`, say: `${prefix}/voice/say` }
  say(`on ${service.broker}: hears ${topics.heard}, answers on ${topics.say}, status on ${prefix}/status`)
  say(`the rover is ${rover.name}${rover.simulated ? ', simulated' : ''}`)

  const speakOut = (sentence: string | undefined) => {
    if (sentence === undefined) return
    say(sentence)
    // While the line is down it waits there; where it was closed meanwhile, nobody listens any more.
    line.publish(topics.say, sentence).catch((error: Error) => line.isOnline && say(`not published: ${error.message}`))
  }
  const stop = async (text: string) => {
    await service.stop(`heard "${text}"`)
    speakOut(rover.now.mode === 'stopped' ? 'Stopped.' : 'I could not confirm the stop. Use the button.')
  }
  let count = 0
  const listen = (message: Message) => {
    const { topic, payload, retain } = message
    if (topic !== topics.heard) return speakOut(sentenceOf(message))
    const { kind, text } = hear(payload, wake)
    if (kind === 'stop') void stop(text)
    // What was said before we were here is no command.
    else if (retain || kind === 'nothing') return
    else if (kind === 'garbage') say(`ignored on ${topic}: ${text}`)
    else if (kind === 'unsure') speakOut('Pardon?')
    else if (kind === 'go on')
      service.reset().then(
        () => speakOut('Going on.'),
        (error: Error) => speakOut(`I cannot: ${error.message}`),
      )
    else if (service.status.state === 'stopped') speakOut(`I am stopped. Say: ${wake}, go on.`)
    else line.publish(`${prefix}/prompt`, JSON.stringify({ id: `voice-${++count}`, prompt: text })).catch(() => {})
  }
  const ears = line.messages.subscribe(listen)
  later(() => ears.unsubscribe())
  for (const topic of [topics.heard, `${prefix}/answer/+`, `${prefix}/actions/+`]) await line.subscribe(topic)

  if (simulate) {
    const person = await broker.connect()
    later(() => person.close())
    await speak(person, topics, script)
    const statuses = person.messages.pipe(filter(({ topic }) => topic === `${prefix}/status`))
    const last = firstValueFrom(statuses)
    await person.subscribe(`${prefix}/status`)
    say(`retained status: ${new TextDecoder().decode((await last).payload)}`)
  } else await new Promise<void>((end) => signal.addEventListener('abort', () => end()))
})
