import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { tables } from './tables.js'

const path = fileURLToPath(new URL('../../docs/boards.md', import.meta.url))
const between = (name: string) => new RegExp(`(<!-- table ${name} -->\n)([\\s\\S]*?)(\n<!-- end -->)`)

// LUTRA_WRITE_DOCS=1 npx vitest run test/boards/docs.test.ts writes the tables into the page.
if (process.env.LUTRA_WRITE_DOCS) {
  let page = readFileSync(path, 'utf8')
  for (const [name, text] of Object.entries(tables))
    page = page.replace(between(name), (_, head, __, tail) => head + text + tail)
  writeFileSync(path, page)
}

it.each(Object.keys(tables))('the page of boards shows the table of %s as the board files have it', (name) => {
  expect(between(name).exec(readFileSync(path, 'utf8'))?.[2]).toBe(tables[name])
})
