/** A serial port that goes while it is being opened, by a stand-in for the serialport package. */
import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import { robot } from '../../../sdk/robot/robot.js'

vi.mock('serialport', () => ({
  SerialPort: class extends EventEmitter {
    isOpen = false
    open(opened: () => void): void {
      this.isOpen = true
      setImmediate(opened)
    }
    set(_lines: object, done: (error: Error) => void): void {
      setImmediate(() => {
        this.isOpen = false
        this.emit('error', new Error('input/output error'))
        this.emit('close', Object.assign(new Error('gone'), { disconnected: true }))
        done(new Error('no such device'))
      })
    }
    write(_bytes: Uint8Array, done: (error: Error) => void): void {
      done(new Error('no such device'))
    }
    close(done: () => void): void {
      done()
    }
  },
}))

test('unplugged while it is being opened: told at once, as closed', async () => {
  const began = performance.now()
  await expect(robot('/dev/ttyUSB0')).rejects.toMatchObject({ kind: 'closed' })
  expect(performance.now() - began).toBeLessThan(3500)
})
