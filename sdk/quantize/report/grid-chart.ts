/**
 * Losses of all layers at one look: a cell for each layer and kind of matrix, darker the more is lost.
 * takes  tensors with losses · gives  SVG text
 * before ./html · after ./page
 */
import { number, text } from './html.js'

interface Cell {
  readonly name: string
  readonly loss: number
  readonly type: string
}

/** A deeper model than any known has its layers cut off here; the table has them all. */
const MOST_LAYERS = 256
const MOST_KINDS = 24

/** Empty where no tensor lies in a layer. */
export function lossGrid(cells: readonly Cell[], unit: string): string {
  const placed = cells.flatMap((cell) => {
    const [, layer, kind] = /^blk\.(\d{1,4})\.(.{1,60})\.weight$/.exec(cell.name) ?? []
    return kind === undefined || Number(layer) >= MOST_LAYERS ? [] : [{ ...cell, layer: Number(layer), kind }]
  })
  if (placed.length === 0) return ''
  const kinds = [...new Set(placed.map(({ kind }) => kind))].slice(0, MOST_KINDS)
  const layers = 1 + Math.max(...placed.map(({ layer }) => layer))
  const [label, step, tall] = [110, Math.max(6, Math.min(24, 560 / layers)), 18]
  const losses = placed.map(({ loss }) => loss).filter((loss) => loss > 0)
  const [least, most] = [Math.min(...losses), Math.max(...losses)]
  // Losses of layers lie decades apart: by their logarithm.
  const share = (loss: number) =>
    loss > 0 ? 0.1 + 0.9 * (most > least ? Math.log(loss / least) / Math.log(most / least) : 1) : 0.03
  const parts = placed.flatMap(({ name, kind, layer, loss, type }) => {
    const row = kinds.indexOf(kind)
    if (row < 0) return []
    return `<rect class="bar" x="${label + layer * step}" y="${row * tall}" width="${step - 1}" height="${tall - 1}" fill-opacity="${share(loss).toFixed(3)}"><title>${text(name)}: ${number(loss)} (${text(type)})</title></rect>`
  })
  const names = kinds.map(
    (kind, i) => `<text x="${label - 6}" y="${i * tall + 13}" text-anchor="end">${text(kind)}</text>`,
  )
  const [width, height] = [label + layers * step, kinds.length * tall]
  const axis = `<text x="${label}" y="${height + 13}">layer 0</text><text x="${width}" y="${height + 13}" text-anchor="end">${layers - 1}</text>`
  return `<svg viewBox="0 0 ${width} ${height + 18}" width="${width}" height="${height + 18}" role="img"><title>${text(unit)} of each matrix, ${number(least)} (pale) to ${number(most)} (full), by their logarithm</title>${parts.join('')}${names.join('')}${axis}</svg>`
}
