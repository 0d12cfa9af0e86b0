/**
 * A Waveshare rover from the published firmware's behaviour (uart_ctrl.h, movtion_module.h, json_cmd.h): lines of JSON,
 * a heartbeat that only speed words refresh, feedback on request.
 */
import type { Transport } from '../../../../../sdk/robot/transport.js'
import { Clock, Motor, type SimulatedBoard, speaker } from './board.js'

export class SimulatedWaveshare implements SimulatedBoard {
  mute = false
  moved = false
  readonly left = new Motor()
  readonly right = new Motor()
  heartbeatDelay = 3000
  flow = true
  emergency = false
  readonly heard: Record<string, unknown>[] = []
  #lastCommand = performance.now()
  #text = ''
  readonly #clock: Clock

  constructor(line: Transport, { encoders = true, wheel = 1.25 }: { encoders?: boolean; wheel?: number } = {}) {
    const say = speaker(this, line)
    let lastFlow = 0
    const feedback = () => {
      const [L, R] = encoders
        ? [this.left.speed, this.right.speed]
        : [Math.round(this.left.target * 410), Math.round(this.right.target * 410)]
      say(`${JSON.stringify({ T: 1001, L, R, r: 1.5, p: -0.25, y: 'null', v: 11.6 })}\r\n`)
    }
    this.#clock = new Clock((seconds, now) => {
      if (now - this.#lastCommand > this.heartbeatDelay) this.#aim(0, 0)
      this.left.step(seconds)
      this.right.step(seconds)
      this.moved ||= this.moving
      if (this.flow && now - lastFlow > 50) {
        lastFlow = now
        feedback()
      }
    })
    line.bytes.subscribe((bytes) => {
      this.#text += String.fromCharCode(...bytes)
      for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
        const text = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 1)
        let said: Record<string, unknown>
        try {
          said = JSON.parse(text)
        } catch {
          continue
        }
        if (typeof said !== 'object' || said === null) continue
        this.heard.push(said)
        if (said.T === 0) this.#emergency()
        if (said.T === 999) this.emergency = false
        if (said.T === 1 && typeof said.L === 'number' && typeof said.R === 'number') {
          this.#lastCommand = performance.now()
          const scale = encoders ? 1 : wheel / 0.5
          if (Math.abs(said.L) <= 2 && Math.abs(said.R) <= 2) this.#aim(said.L * scale, said.R * scale)
        }
        if (said.T === 126) say('{"T":1002,"r":1.5,"p":-0.2,"ax":3,"ay":-7,"az":1001,"gx":0,"temp":31.5}\r\n')
        if (said.T === 130) feedback()
        if (said.T === 131) this.flow = said.cmd === 1
        if (said.T === 136) this.heartbeatDelay = Number(said.cmd)
      }
    })
  }

  get moving(): boolean {
    return this.left.moving || this.right.moving
  }

  off(): void {
    this.#clock.off()
  }

  #aim(left: number, right: number): void {
    this.left.target = this.emergency ? 0 : left
    this.right.target = this.emergency ? 0 : right
  }

  #emergency(): void {
    this.emergency = true
    this.#aim(0, 0)
  }
}
