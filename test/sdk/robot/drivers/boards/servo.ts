/** The mechanics of one simulated bus servo: goes to its goal under torque, at a speed, unless something is in its way. */
export class Servo {
  torque = false
  goal: number
  /** Counts per second; 0 is as fast as it can. */
  speed = 0
  velocity = 0
  stuck = false
  celsius = 31
  /** Tenths of per cent. */
  load = 40
  /** Farthest that it moved within one step of 5 ms or so, and where it was told to go. */
  readonly goals: number[] = []

  constructor(
    readonly id: number,
    public position: number,
    readonly fastest: number,
  ) {
    this.goal = position
  }

  aim(goal: number, speed: number): void {
    this.goals.push(goal)
    this.goal = goal
    this.speed = speed
  }

  step(seconds: number): void {
    const most = Math.min(this.speed || this.fastest, this.fastest) * seconds
    const way = this.torque && !this.stuck ? Math.max(-most, Math.min(most, this.goal - this.position)) : 0
    this.velocity = seconds > 0 ? way / seconds : 0
    this.position += way
    if (Math.abs(this.goal - this.position) < 0.5) this.velocity = 0
  }

  get moving(): boolean {
    return this.velocity !== 0
  }
}
