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
    for (const { weights, activation, tables: mode, perplexity } of results) {
      const base = results.find((r) => r.weights === weights && r.activation === activation && r.tables === 'exact')
      if (!base || mode === 'exact') continue
      const name = `${model} ${weights} ${activation}, ${text}`
      const about = { name, unit: '×', origin: 'measured' } as const
      rows.push(
        row({ ...about, quantity: `perplexity, ${mode} over exact tables`, ours: perplexity / base.perplexity }),
      )
    }
  }
  return { id: '5', title: 'Quality with quantized tables', rows, notes: notes() }
}

function notes(): readonly string[] {
  return [
    `The paper: ${table5.map(({ name, perplexity }) => `${name} ${perplexity}`).join(', ')} (WikiText-2).`,
    ...quality.map(({ model, text, tokens, command, results }) => {
      const told = results
        .filter(({ tables }) => tables === 'none' || tables === 'exact')
        .map((r) => `${r.weights} ${r.activation} ${r.perplexity.toFixed(4)}`)
      return `${model}, ${tokens} tokens of ${text}, without tables or with exact ones: ${told.join(', ')} (${command})`
    }),
    'Rounding to 2 bits without training ruins a model this small; the pilot is trained with its ternary weights.',
    'Other models and texts than the paper has: compare ratios between ways to hold tables, nothing else.',
  ]
}
