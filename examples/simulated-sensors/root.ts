/**
 * Simulated sensors: a folder of the files that Linux would show, rewritten as a day goes by in some seconds. The humidity
 * sensor is pulled out in the middle and comes back, and then it answers nonsense once.
 * takes  seconds that the day lasts · gives  { root, over, off }
 * board  none: runs everywhere
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SimulatedSensors {
  /** A folder to be read in the place of `/`. */
  readonly root: string
  /** When the day is over. */
  readonly over: Promise<void>
  off(): void
}

const steps = 48

export function simulatedSensors(seconds: number): SimulatedSensors {
  const root = mkdtempSync(join(tmpdir(), 'lutra-sensors-'))
  const devices = join(root, 'sys/bus/iio/devices')
  const device = (number: number, files: Readonly<Record<string, string | number>>) => {
    const folder = join(devices, `iio:device${number}`)
    mkdirSync(folder, { recursive: true })
    for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, file), `${value}\n`)
  }
  const show = (step: number) => {
    const sun = Math.max(0, -Math.cos((2 * Math.PI * step) / steps))
    device(0, { name: 'opt3001', in_illuminance_input: (8000 * sun * sun).toFixed(2) })
    if (step === 20) return rmSync(join(devices, 'iio:device1'), { recursive: true })
    if (step > 20 && step < 34) return
    const humidity = step === 34 ? 'broken' : (1000 * (65 - 20 * sun)).toFixed(0)
    device(1, {
      ...{ name: 'hdc1080', in_humidityrelative_input: humidity },
      ...{ in_temp_raw: (15_000 + 9000 * sun).toFixed(0), in_temp_scale: 1 },
    })
  }
  let step = 0
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  show(step++)
  const timer = setInterval(() => (step < steps ? show(step++) : end()), (1000 * seconds) / steps)
  const off = () => {
    clearInterval(timer)
    end()
    rmSync(root, { recursive: true, force: true })
  }
  return { root, over, off }
}
