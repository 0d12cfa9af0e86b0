/**
 * Tables as text for people: columns for a terminal, or Markdown.
 * takes  tables · gives  text
 * before ./all
 */
import { percent, type Row, type Table } from './table.js'

const heads = ['', 'quantity', 'unit', 'paper', 'ours', 'deviation', 'origin']

function cells(row: Row): readonly string[] {
  const number = (value: number | undefined) =>
    value === undefined ? '' : String(Number.isInteger(value) ? value : Number(value.toPrecision(4)))
  const off = row.deviation === undefined ? '' : percent(row.deviation)
  const origin = row.reason === undefined ? row.origin : row.reason
  return [row.name, row.quantity, row.unit, number(row.paper), number(row.ours), off, origin]
}

export function renderText({ id, title, rows, notes }: Table): string {
  const lines = [heads, ...rows.map(cells)]
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)))
  const right = [false, false, false, true, true, true, false]
  const text = lines.map((line) =>
    line
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join('  ')
      .trimEnd(),
  )
  return `${heading(id)}: ${title}\n\n${text.join('\n')}\n\n${notes.join('\n')}\n`
}

export function renderMarkdown({ id, title, rows, notes }: Table): string {
  const line = (of: readonly string[]) => `| ${of.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = heads.map((_, i) => (i >= 3 && i <= 5 ? '---:' : '---'))
  const body = [line(heads), line(rule), ...rows.map((row) => line(cells(row)))]
  const list = notes.map((note) => (note.startsWith('  ') ? `  - ${note.trim()}` : `- ${note}`))
  return `### ${heading(id)}: ${title}\n\n${body.join('\n')}\n\n${list.join('\n')}\n`
}

function heading(id: Table['id']): string {
  return id === 'dp4' ? 'DP4' : `Table ${id}`
}
