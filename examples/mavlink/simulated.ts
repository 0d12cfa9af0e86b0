/**
 * A simulated ArduRover that speaks MAVLink 2: velocities in guided mode, hold, its own rest after 3 s of silence.
 * takes  the far end of a line · gives  place (metres, radians, as ROS has them) and mode, for the example and its test
 */
import {
  common,
  type MavLinkPacket,
  MavLinkPacketParser,
  MavLinkPacketSplitter,
  MavLinkProtocolV2,
  minimal,
} from 'node-mavlink'
import type { Transport } from '../../sdk/robot/index.js'

const protocol = new MavLinkProtocolV2(1, 1)
const modes = { hold: 4, guided: 15 }

export class SimulatedArdurover {
  x = 0
  y = 0
  yaw = 0
  speed = 0
  mode = modes.hold
  #target = { speed: 0, spin: 0 }
  #fed = 0
  #sequence = 0
  #last = performance.now()
  readonly #clocks: readonly NodeJS.Timeout[]

  constructor(readonly line: Transport) {
    const splitter = new MavLinkPacketSplitter()
    splitter.pipe(new MavLinkPacketParser()).on('data', (packet: MavLinkPacket) => this.#hear(packet))
    line.bytes.subscribe((bytes) => splitter.write(bytes))
    this.#clocks = [setInterval(() => this.#step(), 20), setInterval(() => this.#beat(), 1000)]
  }

  off(): void {
    for (const clock of this.#clocks) clearInterval(clock)
  }

  #hear({ header, payload, protocol }: MavLinkPacket): void {
    if (header.msgid === common.CommandLong.MSG_ID) {
      const { command, _param2 } = protocol.data(payload, common.CommandLong)
      if (command !== common.MavCmd.DO_SET_MODE) return
      this.mode = _param2
      this.#beat()
    } else if (header.msgid === common.SetPositionTargetLocalNed.MSG_ID) {
      const { vx, yawRate } = protocol.data(payload, common.SetPositionTargetLocalNed)
      this.#target = { speed: vx, spin: -yawRate }
      this.#fed = performance.now()
    }
  }

  #step(): void {
    const now = performance.now()
    const seconds = (now - this.#last) / 1000
    this.#last = now
    const { speed, spin } = this.mode === modes.guided && now - this.#fed < 3000 ? this.#target : { speed: 0, spin: 0 }
    this.speed += Math.max(-2 * seconds, Math.min(2 * seconds, speed - this.speed))
    this.yaw += spin * seconds
    this.x += this.speed * Math.cos(this.yaw) * seconds
    this.y += this.speed * Math.sin(this.yaw) * seconds
    const [vx, vy] = [this.speed * Math.cos(this.yaw), -this.speed * Math.sin(this.yaw)]
    this.#say(Object.assign(new common.Attitude(), { yaw: -this.yaw }))
    this.#say(Object.assign(new common.LocalPositionNed(), { x: this.x, y: -this.y, vx, vy }))
  }

  #beat(): void {
    this.#say(Object.assign(new minimal.Heartbeat(), { customMode: this.mode, type: minimal.MavType.GROUND_ROVER }))
  }

  #say(message: Parameters<MavLinkProtocolV2['serialize']>[0]): void {
    this.#sequence = (this.#sequence + 1) & 0xff
    this.line.write(protocol.serialize(message, this.#sequence)).catch(() => {})
  }
}
