/**
 * One line of the audit log: JSON that ends with its own checksum, so that a damaged line is told from a whole one.
 * takes  an entry, its number and time · gives  the line; and back, or why it is none
 * before ./redact · after ./audit, ./read, ./tail. Against accidents, not against a forger
 */
import { crc32 } from 'node:zlib'
import { isSchemaObject } from '../../grammar/schema.js'
import { redact } from './redact.js'

export interface AuditEntry {
  /** prompt, tokens, action, verdict, report, robot, stop, reset, or an app's own. */
  readonly kind: string
  readonly [field: string]: unknown
}

/** An entry as it stands in the file. */
export interface AuditRecord extends AuditEntry {
  /** Counts from 0, on and on across files: a number that is missing is a line that is missing. */
  readonly n: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** Longest line in UTF-16 units; of a longer entry the long texts are cut, for a log must not fail. */
export const longestLine = 256 << 10
const longestCutText = 1024

export function lineOf(entry: AuditEntry, n: number, at: Date): string {
  const head = { n, at: at.toISOString(), kind: String(entry.kind) }
  // `crc` is ours; a field of that name would stand in its place.
  const all = { ...head, ...entry, ...head, crc: undefined }
  let body: string
  try {
    body = JSON.stringify(all, redact)
    if (body.length > longestLine) body = JSON.stringify(all, cutting)
  } catch (error) {
    body = JSON.stringify({ ...head, unwritable: String(error).slice(0, longestCutText) })
  }
  if (body.length > longestLine) body = JSON.stringify({ ...head, cut: body.length })
  return `${body.slice(0, -1)},"crc":"${checksum(body)}"}\n`
}

/** The record of a line without its end; a sentence where it is none. */
export function recordOf(line: string): AuditRecord | string {
  const end = line.lastIndexOf(',"crc":"')
  if (end < 0) return 'it has no checksum'
  const body = `${line.slice(0, end)}}`
  if (line.slice(end) !== `,"crc":"${checksum(body)}"}`) return 'its checksum does not fit'
  try {
    const value: unknown = JSON.parse(body)
    if (isSchemaObject(value) && Number.isSafeInteger(value.n) && typeof value.kind === 'string')
      return value as unknown as AuditRecord
  } catch {}
  return 'it is no entry'
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}

function cutting(key: string, value: unknown): unknown {
  const shown = redact(key, value)
  return typeof shown === 'string' && shown.length > longestCutText
    ? `${shown.slice(0, longestCutText)}… (${shown.length} characters)`
    : shown
}
