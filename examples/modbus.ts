/**
 * A PLC over Modbus TCP: its registers become readings, the readings windows that a model (or a person) can read.
 * takes  host:port of a PLC, or none for a simulated one · node dist/examples/modbus.js 192.168.1.10:502
 * board  any; needs the package modbus-serial
 */
import modbus, { ServerTCP } from 'modbus-serial'
import { concatMap, lastValueFrom, map, mergeMap, take, tap, timer } from 'rxjs'
import { type Reading, windows, windowText } from '../sdk/iot/index.js'

/** What stands where: holding registers, 16 bits each. Adapt to the PLC's manual. */
const registers = [
  { address: 0, sensor: 'boiler', unit: '°C', scale: 0.1 },
  { address: 1, sensor: 'pressure', unit: 'bar', scale: 0.01 },
  { address: 2, sensor: 'pump', unit: 'rpm', scale: 1 },
]

/** Stands where no PLC is: a boiler that warms up. */
function simulatedPlc(port: number) {
  const began = Date.now()
  const rows = [() => 200 + (Date.now() - began) / 20, () => 150, () => 1450 + 20 * Math.sin(Date.now() / 100)]
  return new ServerTCP(
    { getHoldingRegister: (address: number) => Math.round(rows[address]?.() ?? 0) },
    { host: '127.0.0.1', port, unitID: 1 },
  )
}

const [, , address, seconds = '1', count = '3'] = process.argv
/** Two of these on one machine do not meet. */
const own = 20_000 + (process.pid % 10_000)
const simulated = address === undefined ? simulatedPlc(own) : undefined
if (simulated) {
  console.log('the PLC is simulated')
  await new Promise((ready) => simulated.once('initialized', ready))
}
const [host, port = '502'] = (address ?? `127.0.0.1:${own}`).split(':')
const plc = new modbus.default()
await plc.connectTCP(host, { port: Number(port) })
plc.setID(1)
plc.setTimeout(1000)

const all = registers.map(({ address }) => address)
const readings = timer(0, 100).pipe(
  // One question at a time, as the protocol wants it.
  concatMap(() => plc.readHoldingRegisters(Math.min(...all), Math.max(...all) + 1)),
  mergeMap(({ data }) =>
    registers.map(({ address, scale, ...rest }): Reading => ({ ...rest, value: data[address] * scale })),
  ),
)
try {
  const told = readings.pipe(
    windows({ seconds: Number(seconds) }),
    take(Number(count)),
    map(windowText),
    tap((text) => console.log(text)),
  )
  await lastValueFrom(told)
} finally {
  plc.close(() => {})
  simulated?.close(() => {})
}
