/**
 * Table 5: perplexity with tables of 8 bits beside exact ones; the paper's on LLAMA2-7B, ours on the models at hand.
 * before ./paper, ./quality · after ./all
 */
import { table5 } from './paper.js'
import { quality } from './quality.js'
import { type Row, row, type Table } from './table.js'

export function makeTable5(): Table {
  const [, exact, tables] = table5
  const rows: Row[] = [
    row({
      name: exact.name.split(' ')[0] as string,
      quantity: 'perplexity, 8-bit tables over none',
      unit: '×',
      paper: tables.perplexity / exact.perplexity,
      origin: 'missing',
      reason: 'another model than ours: no deviation is told',
    }),
  ]
  for (const { model, text, results } of quality) {
    for (const { activation, tables: mode, perplexity } of results) {
      const base = results.find((each) => each.activation === activation && each.tables === 'none')
      if (!base || mode === 'none') continue
      const name = `${model} on ${text}, ${activation}`
      const about = { name, unit: '×', origin: 'measured' } as const
      rows.push(row({ ...about, quantity: `perplexity, ${mode} over no tables`, ours: perplexity / base.perplexity }))
    }
  }
  return { id: '5', title: 'Quality with quantized tables', rows, notes: notes() }
}

function notes(): readonly string[] {
  return [
    `The paper: ${table5.map(({ name, perplexity }) => `${name} ${perplexity}`).join(', ')} (WikiText-2).`,
    ...quality.map(
      ({ model, text, tokens, command, results }) =>
        `${model}, ${tokens} tokens of ${text}: ${results.map((r) => `${r.activation} ${r.tables} ${r.perplexity.toFixed(4)}`).join(', ')} (${command})`,
    ),
    'Other models and texts than the paper has: compare ratios between ways to hold tables, nothing else.',
  ]
}
