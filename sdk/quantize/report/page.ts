/**
 * The report: one HTML page that needs nothing beside it, no network and no script, and allows none.
 * takes  Analysis · gives  HTML text
 * before ./advice, ./charts, ./tensor-section · after sdk/cli quantize
 */
import { adviceOf, lossesOf } from './advice.js'
import type { Analysis } from './analysis.js'
import { bars } from './charts.js'
import { lossGrid } from './grid-chart.js'
import { number, size, text } from './html.js'
import { style } from './style.js'
import { tensorSection } from './tensor-section.js'

/** Rows of the ranking. */
const RANKED = 24
/** Tensors with pictures of their own: some 6 kB each. The table has all. */
const PICTURED = 2000

/** A page in itself. What names and texts hold is shown, never obeyed. */
export function reportPage(analysis: Analysis): string {
  const title = `Quantization of ${text(analysis.name)}`
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${title}</title><style>${style}</style></head><body>`,
    `<h1>${title}</h1>`,
    summary(analysis),
    suggestions(analysis),
    ranking(analysis),
    formats(analysis),
    table(analysis),
    '<h2>Tensor by tensor</h2>',
    ...analysis.tensors.slice(0, PICTURED).map(tensorSection),
    '</body></html>',
    '',
  ].join('\n')
}

function summary(analysis: Analysis): string {
  const { tensors, bytesBefore, bytesAfter } = analysis
  const weights = tensors.reduce((sum, { rows, cols }) => sum + rows * cols, 0)
  const bytes = tensors.reduce((sum, each) => sum + each.bytes, 0)
  const facts: [string, string | undefined][] = [
    ['Architecture', analysis.architecture],
    ['Quantized tensors', String(tensors.length)],
    ['Weights in them', weights.toLocaleString('en')],
    ['Bits a weight', weights > 0 ? number((8 * bytes) / weights) : undefined],
    ['File before', bytesBefore === undefined ? undefined : size(bytesBefore)],
    ['File after', bytesAfter === undefined ? undefined : size(bytesAfter)],
    ['KL divergence', analysis.kld === undefined ? undefined : `${number(analysis.kld)} nats`],
    [
      'Perplexity',
      analysis.perplexityAfter === undefined
        ? undefined
        : `${number(analysis.perplexityBefore)} → ${number(analysis.perplexityAfter)}`,
    ],
    ['Same likeliest token', analysis.sameTop === undefined ? undefined : `${number(100 * analysis.sameTop)} %`],
    ...(analysis.about ?? []).map(([what, value]): [string, string] => [what, value]),
  ]
  const cards = facts.map(([what, value]) =>
    value === undefined ? '' : `<div><dt>${text(what)}</dt><dd>${text(value)}</dd></div>`,
  )
  return `<dl>${cards.join('')}</dl>`
}

function suggestions(analysis: Analysis): string {
  const found = adviceOf(analysis)
  if (found.length === 0) return '<h2>Suggestions</h2><p>Nothing stands out: the loss lies evenly over the model.</p>'
  const list = found.map((advice) => `<li><b>${text(advice.title)}.</b> ${sentence(advice.text)}</li>`)
  return `<h2>Suggestions</h2><ul>${list.join('')}</ul>`
}

/** A sentence holds several names: escaped as one, piece by piece, since text() cuts what is long. */
function sentence(value: string): string {
  return (value.match(/.{1,120}/gsu) ?? []).map(text).join('')
}

function ranking({ tensors }: Analysis): string {
  const { losses, unit } = lossesOf(tensors)
  const rows = tensors.map(({ name, type }, i) => ({ name, type, value: losses[i], loss: losses[i] }))
  rows.sort((a, b) => b.value - a.value)
  if (rows.length === 0) return ''
  return (
    `<h2>Sensitivity</h2><p class="soft">By ${text(unit)}.</p>` +
    `<div class="wide">${bars(rows.slice(0, RANKED), `Tensors that lose most: ${unit}`)}</div>` +
    `<div class="wide">${lossGrid(rows, unit)}</div>`
  )
}

function formats({ tensors }: Analysis): string {
  const rows = new Map<string, { tensors: number; weights: number; bytes: number }>()
  for (const { type, rows: height, cols, bytes } of tensors) {
    const row = rows.get(type) ?? { tensors: 0, weights: 0, bytes: 0 }
    rows.set(type, {
      tensors: row.tensors + 1,
      weights: row.weights + height * cols,
      bytes: row.bytes + bytes,
    })
  }
  const body = [...rows].map(
    ([type, row]) =>
      `<tr><td>${text(type)}</td><td>${row.tensors}</td><td>${row.weights.toLocaleString('en')}</td>` +
      `<td>${size(row.bytes)}</td><td>${number((8 * row.bytes) / row.weights)}</td></tr>`,
  )
  return `<h2>Formats</h2><table><thead><tr><th>Format</th><th>Tensors</th><th>Weights</th><th>Size</th><th>Bits a weight</th></tr></thead><tbody>${body.join('')}</tbody></table>`
}

function table({ tensors }: Analysis): string {
  const body = tensors.map(
    (each) =>
      `<tr><td>${text(each.name)}</td><td>${text(each.type)}</td><td>${text(each.method ?? '')}</td><td>${each.rows} × ${each.cols}</td>` +
      `<td>${size(each.bytes)}</td><td>${number(each.error)}</td><td>${number(each.sensitivity)}</td>` +
      `<td>${number(each.weights?.least)} … ${number(each.weights?.most)}</td></tr>`,
  )
  return (
    '<h2>All tensors</h2><div class="wide"><table><thead><tr><th>Tensor</th><th>Format</th><th>Method</th><th>Rows × columns</th>' +
    `<th>Size</th><th>Output lost</th><th>KLD alone</th><th>Range</th></tr></thead><tbody>${body.join('')}</tbody></table></div>`
  )
}
