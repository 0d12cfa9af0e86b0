/**
 * SVG as text: elements with escaped attributes, and a picture's frame with colours for light and dark.
 * after  ./axis, ./scatter, ./bars, ./heat
 */
export type Attributes = Readonly<Record<string, string | number | undefined>>

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

export function element(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  const told = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? short(value) : String(value))}"`)
    .join('')
  return children.length === 0 ? `<${name}${told}/>` : `<${name}${told}>${children.join('')}</${name}>`
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(text))
}

/** Two decimals of a pixel are enough, and the same on every machine. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** One colour for each K, told apart in light and dark. */
export const colours: Readonly<Record<number, string>> = {
  2: '#3f8fd2',
  3: '#d98324',
  4: '#2a9d6f',
  5: '#c2528b',
  6: '#8673d1',
}

const style = `
.lutra-plot { font: 12px system-ui, sans-serif; background: #fff; color: #1c2024 }
.lutra-plot text { fill: currentColor } .lutra-plot .quiet { opacity: .66 } .lutra-plot .title { font-weight: 600; font-size: 14px }
.lutra-plot .grid { stroke: currentColor; stroke-opacity: .13 } .lutra-plot .axis { stroke: currentColor; stroke-opacity: .5 }
.lutra-plot .front { fill: none; stroke: currentColor; stroke-opacity: .55; stroke-dasharray: 5 4 }
.lutra-plot .mark { fill: none; stroke: currentColor; stroke-width: 2 } .lutra-plot .halo { stroke: #fff; stroke-width: 3; paint-order: stroke }
@media (prefers-color-scheme: dark) { .lutra-plot { background: #16191d; color: #e6e8ea } .lutra-plot .halo { stroke: #16191d } }`

export function picture(width: number, height: number, title: string, ...children: readonly string[]): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'lutra-plot',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
    },
    element('title', {}, escapeText(title)),
    element('style', {}, style),
    label(16, 24, title, { class: 'title' }),
    ...children,
  )
}
