/** `lutra lut-core tables`: one document with all tables, or those asked for. */
import { describe, expect, it } from 'vitest'
import { parse, UsageError } from '../../../../sdk/cli/command.js'
import { tables } from '../../../../sdk/cli/lut-core/tables.js'

const run = (...args: string[]) => tables.run(parse(tables, [...args, '--json'], new AbortController().signal))

describe('lutra lut-core tables', () => {
  it('gives the tables asked for, and says that they are simulated', async () => {
    const document = JSON.parse(JSON.stringify(await run('--only', '2, dp4')))
    expect(document.simulated).toBe(true)
    expect(document.tables.map(({ id }: { id: string }) => id)).toEqual(['2', 'dp4'])
  })

  it("counts the pilot's table entries on our core: 5 layers with inputs of 256, 256, 256 and 512 columns", async () => {
    const { tables: found } = JSON.parse(JSON.stringify(await run('--only', '4')))
    const counted = found[0].rows.find(({ name }: { name: string }) => name === 'pilot, our core')
    expect(counted.ours).toBe((5 * (3 * 256 + 512) * 8) / 4)
  })

  it('refuses a table that there is not', async () => {
    await expect(run('--only', '3')).rejects.toBeInstanceOf(UsageError)
  })
})
