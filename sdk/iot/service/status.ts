/** What a service says of itself, retained on `<prefix>/status`; its last will there is `offline`. */
export interface Status {
  readonly online: boolean
  /** `stopped`: an emergency stop holds. */
  readonly state: 'offline' | 'idle' | 'busy' | 'stopped'
  readonly model?: string
  readonly board?: string
  readonly running?: number
  readonly queue?: number
  /** °C. */
  readonly temperature?: number
  /** Of the last answer. */
  readonly tokensPerSecond?: number
  readonly robot?: {
    readonly name: string
    readonly simulated: boolean
    readonly mode: string
    readonly latched: boolean
  }
  /** ISO 8601, UTC. */
  readonly at?: string
}

export const offline: Status = { online: false, state: 'offline' }
