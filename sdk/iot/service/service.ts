/**
 * A model on a broker: prompts in, tokens, actions and answers out, a stop that overtakes everything.
 * takes  a TextModel, ServiceOptions · gives  Promise<Service>, subscribed and announced
 * before ../request, ../broker, ./desk, ./inbox · topics and limits: docs/iot.md
 */
import { defer, type Observable, Subject, startWith } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { connect } from '../broker/connect.js'
import type { Connection } from '../broker/connection.js'
import { checkPrefix } from '../broker/topic.js'
import type { TextModel } from '../model.js'
import { requestLimits } from '../request/request.js'
import { boardTemperature } from '../temperature.js'
import { deskLimits } from './desk.js'
import { discovery } from './home-assistant.js'
import { type ServiceOptions, usualQoS } from './options.js'
import { Shop } from './shop.js'
import { offline, type Status } from './status.js'

export interface Service {
  /** What all its topics begin with. */
  readonly prefix: string
  readonly broker: string
  /**
   * Each emergency stop, from the topic or for a lost line, with its reason; one that no reset has followed is told to who
   * comes later. An input for robot()'s emergency, for a robot that is not this service's own. It ends with close().
   */
  readonly stops: Observable<string>
  readonly status: Status
  /** The same as a message on the stop topic. */
  stop(reason?: string): Promise<void>
  /** Lets instructions through again after a stop, and resets the robot. For a person to call. */
  reset(): Promise<void>
  /** Takes the device out of Home Assistant. */
  forget(): Promise<void>
  /** Cancels what runs, says offline and goodbye. */
  close(): Promise<void>
}

/** LutraError as connect() says, mismatch for options that do not fit together. */
export async function mqttService(model: TextModel, options: ServiceOptions = {}): Promise<Service> {
  const prefix = checkPrefix(options.prefix ?? `lutra/${levelOf(model.name)}`)
  const will = { topic: `${prefix}/status`, payload: JSON.stringify(offline) }
  const line = await open(options, will)
  const temperature = options.temperature ?? boardTemperature()
  const settings = {
    prefix,
    qos: { ...usualQoS, ...options.qos },
    limits: { ...requestLimits, ...deskLimits, ...options.limits },
    temperature,
    board: options.board ?? (model as { board?: { name?: string } }).board?.name,
  }
  const pressed = new Subject<string>()
  try {
    const shop = new Shop(model, line, options, settings, pressed)
    const home = homeOf(model, options, { ...settings, hot: temperature() !== undefined })
    // Ears first: whoever sees us online may speak at once. A stop counts however old it is, a prompt never.
    await line.subscribe(`${prefix}/stop`, { qos: 1 })
    if (options.allowReset) await line.subscribe(`${prefix}/reset`, { qos: 1, old: false })
    await line.subscribe(`${prefix}/prompt`, { qos: settings.qos.prompt, old: false })
    if (home !== undefined) await line.publish(home.topic, home.payload, { retain: true })
    await shop.announce()
    return {
      prefix,
      broker: line.name,
      stops: defer(() => (shop.reason === undefined ? pressed : pressed.pipe(startWith(shop.reason)))),
      get status() {
        return shop.status
      },
      stop: (reason = 'stop()') => shop.stop(reason),
      reset: () => shop.reset(),
      forget: async () => {
        if (home !== undefined) await line.publish(home.topic, '', { retain: true })
      },
      close: async () => {
        await shop.close()
        await line.close()
        pressed.complete()
      },
    }
  } catch (error) {
    await line.close()
    throw error
  }
}

function open({ url, connect: way, ...rest }: ServiceOptions, will: { topic: string; payload: string }) {
  if (way !== undefined) return way(will)
  if (url === undefined) throw new LutraError('mismatch', 'Expected the url of a broker but received none')
  return connect({ ...rest, url }, will) as Promise<Connection>
}

interface Known {
  readonly prefix: string
  readonly board?: string
  readonly hot: boolean
  readonly limits: { readonly promptCharacters: number }
}

function homeOf(model: TextModel, { homeAssistant }: ServiceOptions, { prefix, board, hot, limits }: Known) {
  if (!homeAssistant) return undefined
  const { promptCharacters } = limits
  const wishes = homeAssistant === true ? {} : homeAssistant
  return discovery({ prefix, model: model.name, board, hot, promptCharacters }, wishes)
}

/** A model's name as one level of a topic. */
function levelOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^-+|-+$/g, '') || 'model'
}
