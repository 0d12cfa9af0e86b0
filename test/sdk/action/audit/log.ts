/** A folder with an audit log for a test, and all that stands in it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditDamage, type AuditRecord, type ReadAuditOptions, readAudit } from '../../../../sdk/action/index.js'

export interface LogFolder extends AsyncDisposable {
  readonly folder: string
  readonly path: string
}

export async function logFolder(): Promise<LogFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'lutra-audit-'))
  return {
    folder,
    path: join(folder, 'audit.jsonl'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** With `damaged`, reads on behind damage and collects it. */
export async function readAll(path: string, options: ReadAuditOptions = {}) {
  const records: AuditRecord[] = []
  for await (const record of readAudit(path, options)) records.push(record)
  return records
}

export async function readDamaged(path: string): Promise<{ records: AuditRecord[]; damage: AuditDamage[] }> {
  const damage: AuditDamage[] = []
  return { records: await readAll(path, { onDamage: (one) => damage.push(one) }), damage }
}

export const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
