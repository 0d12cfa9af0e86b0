/**
 * One tensor in the report: its pictures, folded away until they are wanted.
 * takes  TensorAnalysis · gives  HTML text
 * before ./charts · after ./page
 */
import type { Distribution, InputAnalysis, TensorAnalysis } from './analysis.js'
import { histogram, ranges } from './charts.js'
import { number, size, text } from './html.js'

export function tensorSection(tensor: TensorAnalysis): string {
  const { name, type, bytes, rows, cols, error, fallback, weights, rounding, rowRanges, inputs } = tensor
  const bits = rows * cols > 0 ? (8 * bytes) / (rows * cols) : 0
  return [
    `<details><summary>${text(name)} <span class="soft">${text(type)}, ${number(bits)} bits, ${size(bytes)}, ${number(error)} of the output lost</span></summary>`,
    fallback === undefined ? '' : `<p>Not done as asked: ${text(fallback)}.</p>`,
    '<div class="charts">',
    weights ? figure(histogram(weights.histogram, 'Weights'), `Weights: ${moments(weights)}`) : '',
    rounding ? figure(histogram(rounding.histogram, 'Rounding errors'), `Rounding errors: ${moments(rounding)}`) : '',
    rowRanges ? figure(ranges(rowRanges, 'Ranges of rows'), 'Ranges of rows (largest minus least weight)') : '',
    inputs ? inputFigure(inputs) : '',
    '</div></details>',
  ].join('')
}

function figure(picture: string, caption: string): string {
  return `<figure>${picture}<figcaption>${caption}</figcaption></figure>`
}

function moments({ mean, deviation, kurtosis }: Distribution): string {
  return `mean ${number(mean)}, deviation ${number(deviation)}, kurtosis ${number(kurtosis)}`
}

function inputFigure({ columns, least, most, dead, strongest }: InputAnalysis): string {
  const range = least === undefined ? '' : `; inputs ${number(least)} … ${number(most)}`
  const named = strongest.map(({ column, share }) => `${column} (${number(100 * share)} %)`).join(', ')
  return figure(
    ranges(columns, 'Root mean square of input columns'),
    `Input columns, root mean square${range}; strongest: ${named || 'none'}; never driven: ${dead}`,
  )
}
