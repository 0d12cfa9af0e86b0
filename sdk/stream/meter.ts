/**
 * How fast tokens come, and at what cost of energy, told while they pass.
 * takes  Observable<Token>, a listener · gives the same Observable<Token>
 * before ./power
 */
import { readSensors } from '../../hal/detect/sensors.js'
import { type Reader, systemReader } from '../../hal/reader.js'
import { energySource } from '../../hal/sense/energy-sensor.js'
import { Power } from './power.js'
import { createOperatorSubscriber, type MonoTypeOperatorFunction, Observable } from './rx.js'
import type { Token } from './token.js'

export interface Speed {
  readonly tokens: number
  /** Milliseconds from the request to the first token. */
  readonly ttftMs: number
  /** Tokens after the first per second since the first; 0 until there are two. */
  readonly tokensPerSecond: number
  /** Prompt tokens per second until the first token; undefined where `promptTokens` was not given. */
  readonly promptTokensPerSecond: number | undefined
  /** Joules since the first token for each token after it, by `sensor`; undefined without one, or until there are two. */
  readonly joulesPerToken: number | undefined
  /** Watts at the last reading. */
  readonly watts: number | undefined
  /** The sensor's name, `no sensor` where none tells the power; docs/power.md says what each covers. */
  readonly sensor: string
}

export interface MeterOptions {
  /** How many tokens the prompt has, to tell how fast it was read. */
  readonly promptTokens?: number
  /** Name of the power sensor, as `lutra inspect --json` lists them. Default: see energySource. */
  readonly sensor?: string
  /** @internal How sensors are read; tests bring one. */
  readonly reader?: Reader
}

/**
 * Reports after each token, by the tokens' own clock. A power sensor is read as tokens pass, at most ten times a second; a
 * source that is held meanwhile (by a slow robot, say) draws power all the same, and that counts.
 */
export function meter(report: (speed: Speed) => void, options: MeterOptions = {}): MonoTypeOperatorFunction<Token> {
  return (source) =>
    new Observable<Token>((subscriber) => {
      const reader = options.reader ?? systemReader()
      const found = energySource(reader, readSensors(reader), options.sensor)
      const power = 'absent' in found ? undefined : new Power(reader, found)
      let tokens = 0
      let first = 0
      const pass = (token: Token) => {
        if (tokens++ === 0) first = token.ms
        power?.pass(token.ms)
        const seconds = (token.ms - first) / 1000
        const { promptTokens } = options
        report({
          tokens,
          ttftMs: first,
          tokensPerSecond: seconds > 0 ? (tokens - 1) / seconds : 0,
          promptTokensPerSecond: promptTokens !== undefined && first > 0 ? (promptTokens * 1000) / first : undefined,
          joulesPerToken: power?.watts !== undefined && tokens > 1 ? power.joules / (tokens - 1) : undefined,
          watts: power?.watts,
          sensor: power?.source.name ?? 'no sensor',
        })
        subscriber.next(token)
      }
      source.subscribe(createOperatorSubscriber(subscriber, pass))
    })
}
