/**
 * What worker threads can do with rows of a matrix, by name; arguments are plain data and shared arrays.
 * takes  a job's name, rows [from, to), its arguments · before ./worker · after ../feedback, ../method
 */

import { descend } from '../feedback/descend.js'
import { feedBack } from '../feedback/feed-back.js'

/** Runs on rows [from, to) in one go and writes into the shared arrays of its arguments. */
export type Job<Arguments> = (given: Arguments, from: number, to: number) => void

export const jobs = { feedBack, descend } as const

export type Jobs = typeof jobs
export type JobName = keyof Jobs
export type Given<Name extends JobName> = Parameters<Jobs[Name]>[0]
