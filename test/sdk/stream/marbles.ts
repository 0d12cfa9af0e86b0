/** Marble tests: time runs by the picture, not by the clock. */
import { TestScheduler } from 'rxjs/testing'
import { expect } from 'vitest'
import type { Token } from '../../../sdk/stream/index.js'

export const marbles = (work: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((a, b) => expect(a).toEqual(b)).run(work)

export const token = (text: string, index = 0, ms = 0): Token => ({ id: index, text, logprob: 0, index, ms })
