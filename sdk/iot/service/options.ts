/** What a service may be told, with defaults. */
import type { GuardOptions, Skills } from '../../action/index.js'
import type { Connection, QoS, Will } from '../broker/connection.js'
import type { BrokerOptions } from '../broker/options.js'
import type { Actor } from '../model.js'
import type { RequestKind, RequestLimits } from '../request/request.js'
import type { DeskLimits } from './desk.js'
import type { HomeAssistantOptions } from './home-assistant.js'

/** QoS by what is sent. `stop` is always 1. */
export interface QoSByTopic {
  /** Default 1. */
  readonly prompt: QoS
  /** Default 0: the answer holds the whole text. */
  readonly tokens: QoS
  /** Default 1. */
  readonly answer: QoS
  /** Default 1. */
  readonly actions: QoS
  /** Default 1. */
  readonly status: QoS
}

export interface ServiceOptions extends Partial<BrokerOptions> {
  /** A way to the broker other than `url`: a broker in memory, say. Gets the last will. */
  readonly connect?: (will: Will) => Promise<Connection>
  /** What all topics begin with. Default `lutra/` and the model's name. */
  readonly prefix?: string
  /** What instructions may become. Default: the robot's skills; without either, prompts are answered with text only. */
  readonly skills?: Skills
  readonly guard?: GuardOptions
  /** Who does what the guard passes. */
  readonly robot?: Actor
  /** What a prompt that does not say asks for. Default `act` where there are skills, else `text`. */
  readonly kind?: RequestKind
  readonly qos?: Partial<QoSByTopic>
  readonly limits?: Partial<RequestLimits & DeskLimits>
  /** Milliseconds between two messages of tokens. Default 50. */
  readonly batchMs?: number
  /** Seconds between two words of status where nothing changes. Default 30. */
  readonly statusSeconds?: number
  /** Stops the robot when the line to the broker is lost while it acts. Default true. */
  readonly stopOnDisconnect?: boolean
  /** Lets `<prefix>/reset` release an emergency stop. Default false: a person at the machine does. */
  readonly allowReset?: boolean
  /** Which response topics of strangers are served. Default: any outside of this service's own prefix and Home Assistant's. */
  readonly responseTopics?: (topic: string) => boolean
  /** Makes the service a device in Home Assistant. */
  readonly homeAssistant?: boolean | HomeAssistantOptions
  /** The board's name in the status. Default: the model's board. */
  readonly board?: string
  /** °C of the board. Default: its hottest sensor, where there is one. */
  readonly temperature?: () => number | undefined
}

export const usualQoS: QoSByTopic = { prompt: 1, tokens: 0, answer: 1, actions: 1, status: 1 }
