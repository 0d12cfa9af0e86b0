/**
 * Text for a page, whatever a file put into its names; numbers as people read them.
 * takes  strings, numbers · gives  HTML without markup of theirs
 * after  ./page, ./charts
 */

/** Longer names are cut: a hostile file's would fill the page. */
const MOST = 160

/** Control characters, and those that turn the direction of text or cannot be seen. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

/** Escaped for text and for quoted attributes; what cannot be seen is shown as its code. */
export function text(value: string): string {
  // Whole code points: half a pair is no character.
  const points = [...value.slice(0, 4 * MOST)]
  const cut = points.length > MOST || value.length > 4 * MOST ? `${points.slice(0, MOST).join('')}…` : value
  return cut
    .replace(unseen, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`)
    .replace(/[&<>"'`]/g, (each) => `&#${each.charCodeAt(0)};`)
}

/** Three digits, powers of ten where they are short; a dash for what is no number. */
export function number(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(3))) : value.toExponential(2)
}

export function size(bytes: number | undefined): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return '–'
  for (const [unit, factor] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const)
    if (bytes >= factor) return `${(bytes / factor).toPrecision(3)} ${unit}`
  return `${bytes} B`
}
