/**
 * A driver of one's own: an ArduPilot rover over MAVLink 2, by node-mavlink (LGPL, installed by its user).
 * takes  a Transport (telemetry radio, USB, TCP of a simulator) · gives  a Driver with drive, turn, wait, stop
 * Guided mode takes velocities and rests 3 s after the last one by itself: too late for us, so its watchdog is `host`.
 */
import {
  common,
  type MavLinkPacket,
  MavLinkPacketParser,
  MavLinkPacketSplitter,
  MavLinkProtocolV2,
  minimal,
} from 'node-mavlink'
import { LutraError } from '../../sdk/index.js'
import { type DriveOptions, type DriveSkills, Way, WheeledBoard } from '../../sdk/robot/drivers/index.js'
import type { DriverFactory, Settings, Transport } from '../../sdk/robot/index.js'

/** ArduRover's modes by number. */
const modes = { hold: 4, guided: 15 }
/** Velocity along x and the rate of yaw count; position, acceleration and yaw do not. */
const typeMask = 0b0101_1100_0111 as common.PositionTargetTypemask
/** We are a ground station of number 255. */
const protocol = new MavLinkProtocolV2(255, 190)
const wheelBase = 1

export const mavlink =
  (options: Omit<DriveOptions, 'wheelBase'> = {}): DriverFactory<DriveSkills> =>
  (transport) =>
    new MavlinkRover(transport, options)

class MavlinkRover extends WheeledBoard {
  override readonly watchdog = 'host'
  readonly rolled = async () => this.#way.rolled(wheelBase, this.settings.stopAfter)
  protected readonly stopBytes = Buffer.concat([bytesOf(velocity(0, 0)), bytesOf(mode(modes.hold))])
  readonly #splitter = new MavLinkPacketSplitter()
  readonly #way = new Way()
  #yaw = 0
  #still = false
  #held = false
  #places = 0

  constructor(transport: Transport, options: Omit<DriveOptions, 'wheelBase'>) {
    super(transport, { ...options, wheelBase })
    this.#splitter.pipe(new MavLinkPacketParser()).on('data', (packet: MavLinkPacket) => this.#listen(packet))
    const beat = setInterval(() => void this.send(bytesOf(heartbeat())).catch(() => {}), 1000)
    void transport.closed.then(() => clearInterval(beat))
  }

  get noise(): number {
    return this.#splitter.invalidPackages
  }

  /** Arming stays a person's: a rover that is not armed takes velocities and does not move. */
  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    await this.send(bytesOf(mode(modes.guided)))
    for (let waited = 0; this.#places === 0; waited += 50) {
      if (waited > settings.patience)
        throw new LutraError('io', `Expected LOCAL_POSITION_NED within ${settings.patience} ms; raise its stream rate`)
      await new Promise((later) => setTimeout(later, 50))
    }
  }

  async set(left: number, right: number): Promise<void> {
    const word = velocity((left + right) / 2, (right - left) / wheelBase)
    await this.send(bytesOf(word), left !== 0 || right !== 0)
  }

  override sendStop(): void {
    // What it said before proves nothing.
    if (!this.held) this.#held = false
    super.sendStop()
  }

  override async release(stop: number): Promise<void> {
    await this.send(bytesOf(mode(modes.guided)))
    await super.release(stop)
  }

  protected async atRest(): Promise<boolean> {
    return this.#still && this.#held
  }

  protected hear(bytes: Uint8Array): void {
    this.#splitter.write(bytes)
  }

  /** North and east, clockwise, becomes ahead and left, counter-clockwise. */
  #listen({ header, payload, protocol }: MavLinkPacket): void {
    if (header.msgid === minimal.Heartbeat.MSG_ID) {
      this.#held = protocol.data(payload, minimal.Heartbeat).customMode === modes.hold
    } else if (header.msgid === common.Attitude.MSG_ID) this.#yaw = -protocol.data(payload, common.Attitude).yaw
    else if (header.msgid === common.LocalPositionNed.MSG_ID) {
      const { x, y, vx, vy } = protocol.data(payload, common.LocalPositionNed)
      if (![x, y, vx, vy, this.#yaw].every(Number.isFinite)) return
      this.#places++
      this.#way.add({ x, y: -y, yaw: this.#yaw })
      this.#still = Math.hypot(vx, vy) < 0.02
      this.tell({ pose: { x, y: -y, heading: (this.#yaw * 180) / Math.PI }, speed: Math.hypot(vx, vy) })
    }
  }
}

/** m/s ahead, rad/s to the left; MAVLink counts the rate of yaw clockwise. */
function velocity(speed: number, spin: number) {
  const frame = common.MavFrame.BODY_NED
  return Object.assign(new common.SetPositionTargetLocalNed(), {
    ...{ coordinateFrame: frame, typeMask, vx: speed, yawRate: -spin, targetSystem: 1, targetComponent: 1 },
  })
}

function mode(number: number) {
  return Object.assign(new common.DoSetModeCommand(1, 1), { mode: 1, customMode: number })
}

function heartbeat() {
  return Object.assign(new minimal.Heartbeat(), { type: minimal.MavType.GCS, autopilot: minimal.MavAutopilot.INVALID })
}

function bytesOf(message: Parameters<MavLinkProtocolV2['serialize']>[0]): Buffer {
  return protocol.serialize(message, 0)
}
