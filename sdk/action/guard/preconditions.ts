/**
 * What must be true of the world before a skill may be used. What is not known, or not lately, is not true.
 * takes  requirements by skill, where sensor readings come from, a clock · gives  a Check
 * before ./sensors · after ../guard
 */
import type { Action } from '../action.js'
import type { NewCheck } from './check.js'
import type { Reading } from './sensors.js'

/** A sensor's value by data: every bound that is given must hold. */
export interface SensorRequirement {
  readonly sensor: string
  /** The value must be a number above, or below, this. */
  readonly above?: number
  readonly below?: number
  /** The value must be this very one. */
  readonly is?: string | number | boolean
  /** Milliseconds after which a reading is too old. Default: the guard's `maxAge`. */
  readonly maxAge?: number
}

/** True, or why not. Reading a sensor that is unknown or too old makes it untrue. */
export type StateRequirement = (state: Readonly<Record<string, unknown>>, action: Action) => true | string

export type Requirement = SensorRequirement | StateRequirement

export interface PreconditionOptions {
  /** By skill; `*` for every skill. */
  readonly require: Readonly<Record<string, Requirement | readonly Requirement[]>>
  readonly sensors: { get(name: string): Reading | undefined }
  /** Milliseconds. */
  readonly maxAge: number
  readonly now: () => number
}

export function preconditionsCheck({ require, sensors, maxAge, now }: PreconditionOptions): NewCheck {
  /** The value, or why it cannot be had. */
  const read = (name: string, oldest: number): { readonly value: unknown } | string => {
    const reading = sensors.get(name)
    if (reading === undefined) return `the sensor "${name}" has said nothing`
    // A time that is no number is no news either; nor is one from the future.
    const age = now() - reading.at
    return age >= 0 && age <= oldest
      ? { value: reading.value }
      : `the sensor "${name}" has said nothing for ${oldest} ms`
  }

  const state = new Proxy<Record<string, unknown>>(Object.create(null), {
    get(_, name) {
      const found = read(String(name), maxAge)
      if (typeof found === 'string') throw new Unmet(found)
      return found.value
    },
  })

  const unmet = (requirement: Requirement, action: Action): string | undefined => {
    if (typeof requirement !== 'function') {
      const found = read(requirement.sensor, requirement.maxAge ?? maxAge)
      return typeof found === 'string' ? found : outside(requirement, found.value)
    }
    try {
      const met: unknown = requirement(state, action)
      return met === true ? undefined : typeof met === 'string' ? met : `what "${action.skill}" requires is not so`
    } catch (error) {
      if (error instanceof Unmet) return error.message
      throw error
    }
  }

  return () => ({
    look(action, { name }) {
      for (const each of [require['*'], Object.hasOwn(require, name) ? require[name] : undefined]) {
        for (const requirement of each === undefined ? [] : [each].flat()) {
          const refusal = unmet(requirement as Requirement, action)
          if (refusal !== undefined) return { refusal }
        }
      }
    },
  })
}

class Unmet extends Error {}

function outside({ sensor, above, below, is }: SensorRequirement, value: unknown): string | undefined {
  const said = JSON.stringify(value) ?? String(value)
  if (is !== undefined && value !== is)
    return `the sensor "${sensor}" says ${said.slice(0, 60)}, not ${JSON.stringify(is)}`
  if (above !== undefined && !(typeof value === 'number' && value > above))
    return `the sensor "${sensor}" says ${said.slice(0, 60)}, not above ${above}`
  if (below !== undefined && !(typeof value === 'number' && value < below))
    return `the sensor "${sensor}" says ${said.slice(0, 60)}, not below ${below}`
  return undefined
}
