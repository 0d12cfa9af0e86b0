/** A writer of an audit log that is killed outright at a random moment, again and again on the same log. */
import { spawn } from 'node:child_process'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { logFolder, numbers, readAll } from './log.js'

const writer = join(import.meta.dirname, 'writer.mjs')

/** Every acknowledged record is there exactly once, in order; the log is whole. */
export async function killAgainAndAgain(rounds: number, sync: boolean): Promise<void> {
  await using log = await logFolder()
  let acknowledged = -1
  for (let round = 0; round < rounds; round++) {
    const told = await runAndKill(log.path, sync, Math.random() * 60)
    const records = await readAll(log.path)
    expect(records.map(({ n }) => n)).toEqual(numbers(0, records.length))
    // Each run goes on where the one before ended.
    if (told.length > 0) expect(told[0]).toBeGreaterThan(acknowledged)
    for (let i = 1; i < told.length; i++) expect(told[i]).toBe(told[i - 1] + 1)
    acknowledged = told.at(-1) ?? acknowledged
    expect(records.length).toBeGreaterThan(acknowledged)
    // A kill seldom tears a line, since the system finishes a write that it has begun; a power loss does.
    if (round % 3 === 2) await appendFile(log.path, '{"n":12345,"at":"2026-11-2'.slice(0, 1 + Math.random() * 25))
  }
  expect(acknowledged).toBeGreaterThan(rounds)
}

/** What was acknowledged before the kill, `ms` after the first word. */
function runAndKill(path: string, sync: boolean, ms: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, path, sync ? 'sync' : 'fast'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (part) => {
      if (out === '') setTimeout(() => child.kill('SIGKILL'), ms)
      out += part
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`Expected to kill the writer but it ended by itself with ${code}`))
      // The last number may be cut.
      else
        resolve(
          out
            .slice(0, out.lastIndexOf('\n') + 1)
            .split('\n')
            .slice(0, -1)
            .map(Number),
        )
    })
  })
}
