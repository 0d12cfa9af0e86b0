/**
 * What worker threads can do with rows of a matrix, by name; arguments are plain data and shared arrays.
 * takes  a job's name, rows [from, to), its arguments · before ./worker · after ../feedback, ../method
 */
import { descend } from '../feedback/descend.js'
import { feedBack } from '../feedback/feed-back.js'
import { methodOf } from '../method/index.js'
import type { Problem } from '../method/problem.js'

/** Runs on rows [from, to) in one go and writes into the shared arrays of its arguments. */
export type Job<Arguments> = (given: Arguments, from: number, to: number) => void

export interface MethodCall {
  readonly method: string
  readonly problem: Problem
  readonly options: unknown
}

function method({ method: name, problem, options }: MethodCall, from: number, to: number): void {
  methodOf(name).run(problem, from, to, options as never)
}

export const jobs = { feedBack, descend, method } as const

export type Jobs = typeof jobs
export type JobName = keyof Jobs
export type Given<Name extends JobName> = Parameters<Jobs[Name]>[0]
