/** How to reach a broker, and what that means for mqtt.js. */
import { readFile } from 'node:fs/promises'
import type { IClientOptions } from 'mqtt'
import { LutraError } from '../../../hal/error.js'

export interface BrokerOptions {
  /** mqtt://host:1883, mqtts://host:8883, ws:// or wss://. */
  readonly url: string
  /** Default: lutra- and a random number. Two clients of one name throw each other out. */
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  /** A bearer token (JWT, say), sent in the place of the password. */
  readonly token?: string
  /** PEM text, or the path of a PEM file: whom to trust, and who we are. The broker's certificate is always checked. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** Seconds without a word after which the line is asked whether it lives; a dead one is noticed within twice that. Default 5. */
  readonly keepalive?: number
  /** Milliseconds to wait for the first connection. Default 5000. */
  readonly patience?: number
  /** Milliseconds between tries to reconnect. Default 1000. */
  readonly reconnect?: number
}

/** Larger messages the broker does not even send us. Limits of single topics are far below and are answered. */
const MAX_PACKET_BYTES = 16 << 20

const SCHEMES = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:'])

/** The address as it may be shown: without user and password. LutraError mismatch where it is none. */
export function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || !SCHEMES.has(address.protocol) || address.hostname === '')
    throw new LutraError('mismatch', `Expected a broker such as mqtt://host:1883 but received ${hidden(url)}`)
  return address
}

export async function clientOptions(address: URL, options: BrokerOptions): Promise<IClientOptions> {
  const { password, token, reconnect = 1000, keepalive = 5, patience = 5000 } = options
  if (password !== undefined && token !== undefined)
    throw new LutraError('mismatch', 'Expected a password or a token for the broker but received both; leave one out')
  const [ca, cert, key] = await Promise.all([pem('ca', options.ca), pem('cert', options.cert), pem('key', options.key)])
  const username = options.username ?? (decodeURIComponent(address.username) || (token && 'lutra'))
  const secret = password ?? token ?? decodeURIComponent(address.password)
  return {
    protocolVersion: 5,
    // What was sent to us while we were away is too old to act upon.
    clean: true,
    clientId: options.clientId ?? `lutra-${crypto.randomUUID().slice(0, 18)}`,
    ...(username && { username }),
    ...(secret && { password: secret }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    keepalive,
    connectTimeout: patience,
    reconnectPeriod: reconnect,
    reconnectOnConnackError: true,
    queueQoSZero: false,
    resubscribe: false,
    properties: { maximumPacketSize: MAX_PACKET_BYTES, receiveMaximum: 1024 },
  }
}

async function pem(name: string, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || given.includes('-----BEGIN ')) return given
  try {
    return await readFile(given, 'utf8')
  } catch (cause) {
    throw new LutraError('io', `Expected "${name}" as PEM text or a readable file but found neither at ${given}`, {
      cause,
    })
  }
}

/** What looks like a password is not for a message. */
function hidden(url: string): string {
  return JSON.stringify(String(url).replace(/\/\/[^@/]*@/, '//…@'))
}
