/**
 * A table of the paper, regenerated: what the paper says, what we say, how far that is apart, and where ours comes from.
 * after  ./all
 */
import { deviation } from '../system/fit.js'

/**
 * fitted: a constant was chosen by this figure · predicted: computed by a model that did not see it · counted: from shapes
 * alone · synthesized: from RTL · measured: on a real model or device, by a named command · missing: `reason` says why.
 */
export type Origin = 'fitted' | 'predicted' | 'counted' | 'synthesized' | 'measured' | 'missing'

export interface Row {
  readonly name: string
  readonly quantity: string
  readonly unit: string
  readonly paper?: number
  readonly ours?: number
  /** (ours - paper) / paper, where both are there and mean the same. */
  readonly deviation?: number
  readonly origin: Origin
  readonly reason?: string
}

export const tableIds = ['1', '2', '4', '5', 'dp4'] as const
export type TableId = (typeof tableIds)[number]

export interface Table {
  readonly id: TableId
  readonly title: string
  readonly rows: readonly Row[]
  readonly notes: readonly string[]
}

/** A row of both figures. `comparable: false`: they are of different models, and no deviation is told. */
export function row(
  about: Pick<Row, 'name' | 'quantity' | 'unit' | 'origin'> & Partial<Pick<Row, 'paper' | 'ours' | 'reason'>>,
  { comparable = true } = {},
): Row {
  const { paper, ours } = about
  if (!comparable || paper === undefined || ours === undefined) return about
  return { ...about, deviation: deviation(ours, paper) }
}

export function percent(share: number, digits = 1): string {
  return `${share > 0 ? '+' : ''}${(100 * share).toFixed(digits)} %`
}
