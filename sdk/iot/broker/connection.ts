/**
 * What the rooms here need of a broker: publish, subscribe, know whether the line is up. Small, so that a broker in memory
 * can stand in for a real one.
 * before ./connect (MQTT 5), ./memory (simulated) · after ../service, ../fleet
 */
import type { Observable } from 'rxjs'

export type QoS = 0 | 1 | 2

export interface Message {
  readonly topic: string
  readonly payload: Uint8Array
  /** Published with the retain flag, now or long ago. */
  readonly retain: boolean
  /** The sender was not sure whether it had arrived before. */
  readonly dup: boolean
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  /** Seconds that were left of it on arrival. */
  readonly expirySeconds?: number
}

export interface PublishOptions {
  /** Default 1. */
  readonly qos?: QoS
  readonly retain?: boolean
  /** Seconds after which the broker forgets it, retained or waiting. */
  readonly expirySeconds?: number
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
}

export interface Will {
  readonly topic: string
  readonly payload: string
}

export interface Connection {
  /** The broker's address, without credentials. */
  readonly name: string
  readonly simulated: boolean
  /** The broker serves shared subscriptions ($share). */
  readonly shared: boolean
  /** Whether the line is up; starts with how it is now, completes when closed. */
  readonly online: Observable<boolean>
  readonly isOnline: boolean
  readonly messages: Observable<Message>
  /**
   * Resolves once the broker has it (QoS 1 and 2) or it is on its way (QoS 0). While the line is down QoS 0 is dropped and
   * the rest waits; LutraError limit where too much waits already, closed after close().
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>
  /** Kept over reconnects. `old: false` leaves retained messages out. LutraError unsafe where the broker refuses it. */
  subscribe(filter: string, options?: { readonly qos?: QoS; readonly old?: boolean }): Promise<void>
  unsubscribe(filter: string): Promise<void>
  /** Says goodbye; the will is not published. */
  close(): Promise<void>
}
