/**
 * Why a broker does not want us, in words that say what to do.
 * takes  what mqtt.js or a socket threw · gives  LutraError
 * before ./connect
 */
import { type ErrorKind, LutraError } from '../../../hal/error.js'

/** Reason codes of CONNACK: MQTT 5, and those of MQTT 3.1.1 that an older broker answers with. */
const REASONS: Readonly<Record<number, readonly [ErrorKind, string]>> = {
  1: [
    'unsupported',
    'speaks no MQTT 5 (it answered as MQTT 3.1.1); use mosquitto 1.6 or later, EMQX or another that does',
  ],
  2: ['mismatch', 'refused the client id; choose another'],
  3: ['io', 'is not available; try later'],
  4: ['unsafe', 'refused user name and password; check them'],
  5: ['unsafe', 'did not authorize us; check user name, password or token'],
  132: ['unsupported', 'speaks no MQTT 5; use mosquitto 1.6 or later, EMQX or another that does'],
  133: ['mismatch', 'refused the client id; choose another'],
  134: ['unsafe', 'refused user name and password; check them'],
  135: ['unsafe', 'did not authorize us; check user name, password or token'],
  137: ['io', 'is busy; try later'],
  138: ['unsafe', 'has banned this client'],
  149: ['limit', 'refused a message as too large'],
  151: ['limit', 'says that our quota is used up'],
}

export function explain(cause: unknown, name: string): LutraError {
  if (cause instanceof LutraError) return cause
  if (cause === undefined)
    return new LutraError('io', `Expected ${name} to answer but it stayed silent; check address and port`)
  const { code, message } = cause as { code?: unknown; message?: string }
  const known = typeof code === 'number' ? REASONS[code] : undefined
  if (known) return new LutraError(known[0], `Expected a welcome but ${name} ${known[1]}`, { cause })
  if (typeof code === 'string' && /CERT|SIGNATURE|ALTNAME|SSL|TLS/.test(code))
    return new LutraError('unsafe', `Expected to trust ${name} but could not (${code}); check "ca" and the host name`, {
      cause,
    })
  const what = message || String(code ?? cause)
  return new LutraError('io', `Expected a line to ${name} but found ${what}; check that the broker runs`, { cause })
}
