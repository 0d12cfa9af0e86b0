/** The MAVLink example's driver keeps what every driver must keep, against its simulated autopilot. */
import { mavlink } from '../../../../examples/mavlink/driver.js'
import { SimulatedArdurover } from '../../../../examples/mavlink/simulated.js'
import type { Transport } from '../../../../sdk/robot/transport.js'
import type { SimulatedBoard } from './boards/board.js'
import { conforms } from './conformance.js'

class Rover extends SimulatedArdurover implements SimulatedBoard {
  mute = false

  constructor(line: Transport) {
    let muted = () => false
    super({ ...line, bytes: line.bytes, write: async (bytes) => (muted() ? undefined : line.write(bytes)) })
    muted = () => this.mute
  }

  get moving(): boolean {
    return this.speed !== 0
  }

  get moved(): boolean {
    return this.x !== 0 || this.yaw !== 0
  }
}

conforms({
  name: 'mavlink (an example)',
  factory: mavlink({ speed: 0.5, acceleration: 2, turnSpeed: 120 }),
  board: (line) => new Rover(line),
  actions: [
    { skill: 'drive', metres: 0.1 },
    { skill: 'turn', degrees: -30 },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'drive', metres: 5 },
  // ArduRover's own rest comes 3 s after the last velocity.
  coast: 3000,
})
