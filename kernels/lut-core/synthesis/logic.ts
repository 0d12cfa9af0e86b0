/**
 * A liberty `function` as a truth table: `!a` and `a'` not, juxtaposition, `*` and `&` and, `^` xor, `+` and `|` or.
 * takes  text from outside · gives  a table over the pins it names · after  ./cells
 */
import { LutraError } from '../../../hal/error.js'

export interface Logic {
  readonly pins: readonly string[]
  /** Output for the index whose bit i is pin i. */
  readonly table: Uint8Array
}

type Node = (values: ReadonlyMap<string, number>) => number

/** LutraError format, or limit above 8 pins. */
export function parseLogic(written: string): Logic {
  const bad = () => new LutraError('format', `Expected a function of pins but found "${written.slice(0, 60)}"`)
  if (written.length > 1000) throw bad()
  const tokens = written.match(/[A-Za-z_][\w[\]]*|\S/g) ?? []
  const pins: string[] = []
  let at = 0

  const or = binary(
    () => xor(),
    /^[+|]$/,
    (a, b) => a | b,
  )
  const xor = binary(
    () => and(),
    /^\^$/,
    (a, b) => a ^ b,
  )
  const and = binary(
    () => not(),
    /^[*&]$/,
    (a, b) => a & b,
    /^[\w!(]/,
  )

  function binary(inner: () => Node, sign: RegExp, join: (a: number, b: number) => number, bare?: RegExp): () => Node {
    return () => {
      let left = inner()
      for (;;) {
        const token = tokens[at] ?? ''
        if (sign.test(token)) at++
        else if (!bare?.test(token)) return left
        const [a, b] = [left, inner()]
        left = (values) => join(a(values), b(values))
      }
    }
  }
  function not(): Node {
    let turns = 0
    while (tokens[at] === '!') {
      turns++
      at++
    }
    const inner = atom()
    while (tokens[at] === "'") {
      turns++
      at++
    }
    return turns % 2 === 1 ? (values) => 1 ^ inner(values) : inner
  }
  function atom(): Node {
    const token = tokens[at++]
    if (token === '(') {
      const inner = or()
      if (tokens[at++] !== ')') throw bad()
      return inner
    }
    if (token === '0' || token === '1') return () => Number(token)
    if (token === undefined || !/^[A-Za-z_]/.test(token)) throw bad()
    if (!pins.includes(token)) pins.push(token)
    return (values) => values.get(token)!
  }

  const node = or()
  if (at !== tokens.length) throw bad()
  if (pins.length > 8) throw new LutraError('limit', `Expected at most 8 pins in a function but found ${pins.length}`)
  const table = Uint8Array.from({ length: 1 << pins.length }, (_, index) =>
    node(new Map(pins.map((pin, i) => [pin, (index >> i) & 1]))),
  )
  return { pins, table }
}
