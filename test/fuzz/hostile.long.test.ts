/**
 * A million executions over every reader of outside bytes, shared among them: no crash, none above a second, no arrays
 * beyond the bound of ./fuzz. What was reached is printed.
 */
import { expect, it } from 'vitest'
import { fuzz } from './fuzz.js'
import { targets } from './hostile.js'

const executions = Number(process.env.LUTRA_FUZZ_EXECUTIONS ?? 1_000_000)
const each = Math.ceil(executions / targets.length)

it.each(targets)(`$name: ${each} executions`, async (target) => {
  const report = await fuzz(target, each, Math.floor(Date.now() / 1000))
  console.log(`${target.name}: ${JSON.stringify(report)}`)
  expect(report.executions).toBe(each)
})
