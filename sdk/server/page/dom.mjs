/** The only place where elements are made. Whatever comes from a model or the wire enters as text, never as markup. */

const svgNamespace = 'http://www.w3.org/2000/svg'

export const $ = (id) => document.getElementById(id)

/** `element('td', { class: 'n' }, 'text', child)`; properties are attributes, undefined ones are left out. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children)
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, name), attributes, children)
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value)
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** Writes only what is new: a text that did not change must not wake a screen reader. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** A table that keeps its roles where the style stacks it on a phone. `#` before a column's name: figures. */
export function table(caption, columns, rows = []) {
  const names = columns.map((name) => name.replace('#', ''))
  const cell = (kind, i, attributes, content) =>
    element(kind, { class: columns[i][0] === '#' ? 'number' : undefined, ...attributes }, content)
  const row = (cells) =>
    element(
      'tr',
      { role: 'row' },
      ...cells.map((one, i) => cell('td', i, { role: 'cell', 'data-name': names[i] }, one)),
    )
  const head = names.map((name, i) => cell('th', i, { role: 'columnheader', scope: 'col' }, name))
  const body = element('tbody', { role: 'rowgroup' }, ...rows.map(row))
  const root = element(
    'table',
    { role: 'table' },
    element('caption', { class: 'unseen' }, caption),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)),
    body,
  )
  return { root, body, row }
}

/** The rows of a list of names and values. */
export function pairs(entries) {
  return entries.map(([name, value]) =>
    element(
      'div',
      { class: text(value).length > 16 ? 'long' : undefined },
      element('dt', {}, text(name, 40)),
      element('dd', {}, text(value, 200)),
    ),
  )
}

/** Hours, minutes, seconds of a time in ms since 1970. */
export function clock(at) {
  return new Date(at).toTimeString().slice(0, 8)
}

/** At most `most` characters of any value, as text. */
export function text(value, most = 400) {
  const whole = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return whole.length > most ? `${whole.slice(0, most)}…` : whole
}

export function fixed(value, digits) {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : '–'
}

export function bytes(value) {
  if (!(value >= 0)) return '–'
  if (value >= 1e9) return `${(value / 2 ** 30).toFixed(2)} GiB`
  return value >= 1e6 ? `${(value / 2 ** 20).toFixed(0)} MiB` : `${(value / 1024).toFixed(0)} KiB`
}
