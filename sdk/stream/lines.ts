/**
 * Whole lines, without their ends.
 * takes  Observable<string> · gives Observable<string>
 * before ./text
 */
import type { OperatorFunction } from 'rxjs'
import { split } from './split.js'

export function lines(): OperatorFunction<string, string> {
  return split(/\n/, (part) => part.replace(/\r?\n$/, ''))
}
