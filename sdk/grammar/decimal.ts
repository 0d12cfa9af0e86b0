/**
 * Which decimal numbers may be written, digit by digit, in exact integer arithmetic.
 * takes  minimum, maximum, multipleOf and the number of decimals · gives "may this prefix go on?" and "is it a number?"
 * before ./compile · after ./number
 */

/** Longest whole part of a number without a bound: every integer of 15 digits is exact in a double. */
const WHOLE_DIGITS = 15

/** Numbers n / 10^decimals with lo <= n <= hi and n a multiple of step. */
export interface DecimalRange {
  readonly decimals: number
  readonly lo: bigint
  readonly hi: bigint
  readonly step: bigint
}

export interface DecimalWish {
  readonly integer: boolean
  /** Digits after the point where multipleOf does not say. */
  readonly decimals: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
}

/** The range that a schema describes; empty (lo > hi) where no number fits. */
export function decimalRange(wish: DecimalWish): DecimalRange {
  const unit = wish.multipleOf === undefined ? undefined : parseDecimal(wish.multipleOf)
  let decimals = unit?.scale ?? (wish.integer ? 0 : wish.decimals)
  let step = unit?.digits ?? 1n
  if (wish.integer) {
    // A multiple of both the step and of one, then counted in ones.
    const one = 10n ** BigInt(decimals)
    step = (step * one) / gcd(step, one) / one
    decimals = 0
  }
  const limit = 10n ** BigInt(WHOLE_DIGITS + decimals) - 1n
  const lows = [
    wish.minimum === undefined ? undefined : -scaled(-wish.minimum, decimals),
    wish.exclusiveMinimum === undefined ? undefined : scaled(wish.exclusiveMinimum, decimals) + 1n,
  ].filter((n) => n !== undefined)
  const highs = [
    wish.maximum === undefined ? undefined : scaled(wish.maximum, decimals),
    wish.exclusiveMaximum === undefined ? undefined : -scaled(-wish.exclusiveMaximum, decimals) - 1n,
  ].filter((n) => n !== undefined)
  return {
    decimals,
    lo: lows.length === 0 ? -limit : lows.reduce(max),
    hi: highs.length === 0 ? limit : highs.reduce(min),
    step,
  }
}

/** Whether any number at all is in the range. */
export function isEmpty(range: DecimalRange): boolean {
  return !anyBelow(range, false, 0n, range.hi) && !anyBelow(range, true, 0n, -range.lo)
}

/** Whether `prefix` is the beginning of (or is) a number in the range. */
export function mayBegin(range: DecimalRange, prefix: string): boolean {
  const parts = /^(-?)(?:(0|[1-9][0-9]*)(?:(\.)([0-9]*))?)?$/.exec(prefix)
  if (parts === null) return false
  const negative = parts[1] === '-'
  if (parts[2] === undefined) return anyBelow(range, negative, 0n, negative ? -range.lo : range.hi)
  if (parts[3] !== undefined) {
    const open = range.decimals - parts[4].length
    if (range.decimals === 0 || open < 0) return false
    return anyWith(range, negative, BigInt(parts[2] + parts[4]), open)
  }
  const whole = BigInt(parts[2])
  if (anyWith(range, negative, whole, range.decimals)) return true
  if (whole === 0n) return false
  const bound = negative ? -range.lo : range.hi
  for (let more = range.decimals + 1; whole * 10n ** BigInt(more) <= bound; more++) {
    if (anyWith(range, negative, whole, more)) return true
  }
  return false
}

/** Whether `prefix` is a number in the range as it stands. Zero is written without a minus. */
export function isNumber(range: DecimalRange, prefix: string): boolean {
  const parts = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(prefix)
  if (parts === null) return false
  const after = parts[3] ?? ''
  if (after.length > range.decimals) return false
  const n = BigInt(parts[2] + after.padEnd(range.decimals, '0'))
  return anyBelow(range, parts[1] === '-', n, n)
}

/** Any magnitude that begins with these digits and has `open` digits to come. */
function anyWith(range: DecimalRange, negative: boolean, digits: bigint, open: number): boolean {
  const room = 10n ** BigInt(open)
  return anyBelow(range, negative, digits * room, digits * room + room - 1n)
}

/** Any magnitude of this sign between from and to in the range. */
function anyBelow({ lo, hi, step }: DecimalRange, negative: boolean, from: bigint, to: bigint): boolean {
  const least = max(from, negative ? max(-hi, 1n) : max(lo, 0n))
  const most = min(to, negative ? -lo : hi)
  return ((least + step - 1n) / step) * step <= most
}

/** Exactly what `String(x)` shows: digits / 10^scale. */
export function parseDecimal(x: number): { digits: bigint; scale: number } {
  const [mantissa, exponent = '0'] = String(x).split('e')
  const [whole, fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** floor(x * 10^decimals), exactly. */
function scaled(x: number, decimals: number): bigint {
  const { digits, scale } = parseDecimal(x)
  if (scale <= decimals) return digits * 10n ** BigInt(decimals - scale)
  const unit = 10n ** BigInt(scale - decimals)
  const floor = digits / unit
  return digits < 0n && floor * unit !== digits ? floor - 1n : floor
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
