/**
 * Whether a type's description holds together: names, places that do not overlap, values that are numbers.
 * takes  TType · gives  nothing, or LutraError that says what was expected
 * before ./evaluate · after ./define
 */
import { dtypes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { evaluate } from './evaluate.js'
import type { Real } from './expression.js'
import type { FieldStorage, Metadata, TType } from './ttype.js'

export function checkType(type: TType, specials: boolean): void {
  const { name, lanes, decode, storage } = type
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,39}$/.test(name))
    throw new LutraError('mismatch', `Expected a type's name of 1 to 40 letters, digits, _ . - but found "${name}"`)
  if (dtypes.some((each) => each.name === name.toUpperCase()))
    throw new LutraError('mismatch', `Expected a name of your own but found ${name}, which hal has`)
  if (decode.length !== lanes)
    throw new LutraError('mismatch', `Expected ${name} to decode ${lanes} lanes but found ${decode.length}`)
  if (storage.kind === 'fields') {
    checkDigits(type, storage)
    checkPlaces(name, storage)
  }
  if (!specials) checkValues(type)
}

function checkDigits({ name, bits, lanes }: TType, { digits }: FieldStorage): void {
  if (!digits) return
  const { base, count } = digits
  if (lanes !== 1 || base > 2 ** bits || base ** count > 2 ** digits.bits || digits.bits > 32)
    throw new LutraError(
      'mismatch',
      `Expected ${count} digits of base ${base} to fit in the ${digits.bits} bits of a word, and a digit in the ${bits} of a code, in ${name}`,
    )
}

function checkPlaces(name: string, { codes, blockBytes, scale = [], minimum = [] }: FieldStorage): void {
  const taken = new Uint8Array(8 * blockBytes)
  const take = (place: number, what: string) => {
    if (!Number.isInteger(place) || place < 0 || place >= taken.length)
      throw new LutraError(
        'mismatch',
        `Expected ${what} of ${name} within its block of ${blockBytes} bytes but found bit ${place}`,
      )
    if (taken[place]++)
      throw new LutraError('mismatch', `Expected every bit of ${name} in a place of its own but found two at ${place}`)
  }
  for (const place of codes) take(place, 'a code')
  const shared = new Set<number>()
  const field = ({ at, bits, times }: Metadata, what: string) => {
    for (let b = 0; b < bits; b++) take(at + b, what)
    if (!times || shared.has(times.at)) return
    shared.add(times.at)
    field(times, what)
  }
  for (const each of scale) field(each, 'a scale')
  for (const each of minimum) field(each, 'a minimum')
}

/** All codes; of more than 16 bits, the table entries and a sample. */
function checkValues({ name, bits, decode }: TType): void {
  const step = Math.max(1, 2 ** bits / 65536)
  for (const lane of decode) {
    const broken = tables(lane).find((values) => !values.every(Number.isFinite))
    if (broken) throw new LutraError('mismatch', `Expected finite values in the tables of ${name}`)
    for (let code = 0; code < 2 ** bits; code += step)
      if (!Number.isFinite(evaluate(lane, code)))
        throw new LutraError(
          'mismatch',
          `Expected every code of ${name} to be a finite number but found ${evaluate(lane, code)} for ${code}; say specials: true where that is meant`,
        )
  }
}

function tables(e: Real): (readonly number[])[] {
  switch (e.op) {
    case 'table':
      return [e.values]
    case 'add':
    case 'sub':
    case 'mul':
      return [...tables(e.a), ...tables(e.b)]
    case 'select':
      return [...tables(e.then), ...tables(e.else)]
    default:
      return []
  }
}
