/**
 * The files of one audit log: the one that is written, and older ones beside it, named by the last number they hold.
 * takes  the log's path · gives  their paths, oldest first. A rotated file is renamed once and never again
 * after ./audit, ./read
 */
import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Digits of the number in a rotated file's name, so that names sort as numbers do. */
const digits = 12

export interface RotatedFile {
  readonly path: string
  /** The number of its last record. */
  readonly last: number
}

/** `audit.jsonl.000000000041` holds the records up to number 41. */
export function rotatedPath(path: string, last: number): string {
  return `${path}.${String(last).padStart(digits, '0')}`
}

/** Oldest first. */
export async function rotatedFiles(path: string): Promise<RotatedFile[]> {
  const folder = dirname(path)
  const begin = `${basename(path)}.`
  const names = await readdir(folder)
  return names
    .filter((name) => name.startsWith(begin) && /^\d{12,16}$/.test(name.slice(begin.length)))
    .map((name) => ({ path: join(folder, name), last: Number(name.slice(begin.length)) }))
    .sort((a, b) => a.last - b.last)
}

/** Makes names last through a power loss: what was created, renamed or removed in the folder of this path. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
