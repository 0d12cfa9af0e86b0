/**
 * A simulated base in a ROS graph: velocities in, odometry out at 50 Hz, at rest when cmd_vel falls silent.
 * takes  the far end of a line of ./bridge or of a test · gives  where it is, and what it heard
 */
import type { Transport } from '../../sdk/robot/index.js'

interface Word {
  op: string
  topic: string
  type?: string
  message?: { linear?: Axes; angular?: Axes; twist?: { linear: Axes; angular: Axes }; data?: boolean }
}
interface Axes {
  x: number
  z: number
}

export class SimulatedRosBase {
  /** Hears, acts, and says nothing. */
  mute = false
  moved = false
  speed = 0
  spin = 0
  x = 0
  y = 0
  yaw = 3
  /** What was published, by topic. */
  readonly heard: Word[] = []
  readonly types = new Map<string, string>()
  emergency = false
  #target = { speed: 0, spin: 0 }
  #fed = 0
  #rest = ''
  #told = 0
  #last = performance.now()
  readonly #clock: NodeJS.Timeout

  constructor(line: Transport, { odometry = true, timeout = 300 } = {}) {
    line.bytes.subscribe((bytes) => {
      const lines = (this.#rest + new TextDecoder().decode(bytes)).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const text of lines) this.#hear(text)
    })
    this.#clock = setInterval(() => {
      const now = performance.now()
      const seconds = (now - this.#last) / 1000
      this.#last = now
      if (now - this.#fed > timeout || this.emergency) this.#target = { speed: 0, spin: 0 }
      // 2 m/s² and 6 rad/s²: a base has ramps of its own.
      this.speed = towards(this.speed, this.#target.speed, 2 * seconds)
      this.spin = towards(this.spin, this.#target.spin, 6 * seconds)
      this.x += this.speed * Math.cos(this.yaw) * seconds
      this.y += this.speed * Math.sin(this.yaw) * seconds
      this.yaw += this.spin * seconds
      if (this.moving) this.moved = true
      if (!odometry || this.mute || now - this.#told < 20) return
      this.#told = now
      const half = this.yaw / 2
      const pose = {
        position: { x: this.x, y: this.y, z: 0 },
        orientation: { x: 0, y: 0, z: Math.sin(half), w: Math.cos(half) },
      }
      const twist = { linear: { x: this.speed, y: 0, z: 0 }, angular: { x: 0, y: 0, z: this.spin } }
      const news = { topic: '/odom', message: { pose: { pose }, twist: { twist } } }
      line.write(Buffer.from(`${JSON.stringify(news)}\n`)).catch(() => {})
    }, 5)
  }

  get moving(): boolean {
    return this.speed !== 0 || this.spin !== 0 || this.#target.speed !== 0 || this.#target.spin !== 0
  }

  off(): void {
    clearInterval(this.#clock)
  }

  #hear(text: string): void {
    let word: Word
    try {
      word = JSON.parse(text)
    } catch {
      return
    }
    if (word.type) this.types.set(word.topic, word.type)
    if (word.op !== 'publish') return
    this.heard.push(word)
    if (word.topic === '/e_stop') this.emergency = word.message?.data === true
    const twist = word.message?.twist ?? word.message
    const [speed, spin] = [Number(twist?.linear?.x), Number(twist?.angular?.z)]
    if (word.topic !== '/cmd_vel' || !Number.isFinite(speed) || !Number.isFinite(spin)) return
    this.#target = { speed, spin }
    this.#fed = performance.now()
  }
}

function towards(now: number, goal: number, most: number): number {
  return Math.abs(goal - now) <= most ? goal : now + Math.sign(goal - now) * most
}
