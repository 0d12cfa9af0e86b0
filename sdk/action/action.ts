/** One robot action as the operator's skills allow it: `{ skill, ...arguments }`, SI units, ROS conventions. */
export interface Action {
  readonly skill: string
  readonly [argument: string]: unknown
}
