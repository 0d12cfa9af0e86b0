/**
 * Words of strangers (sensors, payloads) as data in a prompt: quoted, short, without any character that a model's own
 * marks are made of.
 * takes  any value, the most characters · gives  a JSON string or number on one line
 * after ./window-text, ./advise
 */

/** What stays as it is: letters and digits of any script, spaces, and marks that begin nothing. */
const PLAIN = /[\p{L}\p{N}\p{M} .,:;%°+\-_/()=]/u

/**
 * `<|im_start|>` becomes `"\u003c\u007cim_start\u007c\u003e"`: still readable, never a control token, a quotation mark or a
 * new line. JSON.parse gives back what stood there, but for what was cut off.
 */
export function asData(value: unknown, most = 64): string {
  if (typeof value === 'number' || typeof value === 'boolean') return Number.isNaN(value) ? '"NaN"' : String(value)
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  // Cut by code points, and before they are written out: half a character would be none.
  const short = Array.from(text.slice(0, 2 * most)).slice(0, most)
  return `"${short.map((c) => (PLAIN.test(c) ? c : escaped(c))).join('')}"`
}

function escaped(character: string): string {
  let out = ''
  for (let i = 0; i < character.length; i++) out += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return out
}
