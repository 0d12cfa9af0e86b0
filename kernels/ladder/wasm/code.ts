/**
 * WebAssembly instructions as the bytes they are: an expression is the bytes of its operands and then its own, a statement
 * is bytes that leave the stack as it was. Types are TypeScript's only; the engine validates the module.
 * before ./module · after ../emit, kernels/wasm
 */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/** Bytes that leave one value of that type. */
export type Value<T extends ValueType> = readonly number[] & { readonly leaves?: T }
/** Bytes that leave nothing. */
export type Statement = readonly number[] & { readonly leaves?: 'nothing' }

export type I32 = Value<'i32'>
export type F32 = Value<'f32'>
export type F64 = Value<'f64'>
export type V128 = Value<'v128'>

/** LEB128, unsigned: numbers of up to 53 bits. */
export function uleb(value: number): number[] {
  const bytes: number[] = []
  do {
    const rest = Math.floor(value / 128)
    bytes.push((value - rest * 128) | (rest > 0 ? 128 : 0))
    value = rest
  } while (value > 0)
  return bytes
}

/** LEB128, signed: numbers of up to 32 bits. */
export function sleb(value: number): number[] {
  const bytes: number[] = []
  for (;;) {
    const low = value & 127
    value >>= 7
    const last = (value === 0 && !(low & 64)) || (value === -1 && (low & 64) !== 0)
    bytes.push(last ? low : low | 128)
    if (last) return bytes
  }
}

type Op = readonly number[]
/** One byte, or the prefix 0xfd (SIMD) or 0xfc and a LEB128 number. */
const plain = (code: number): Op => [code]
const simd = (code: number): Op => [0xfd, ...uleb(code)]

const one =
  <A extends ValueType, R extends ValueType>(op: Op) =>
  (a: Value<A>): Value<R> => [...a, ...op]
const two =
  <A extends ValueType, B extends ValueType, R extends ValueType>(op: Op) =>
  (a: Value<A>, b: Value<B>): Value<R> => [...a, ...b, ...op]
const three =
  <R extends ValueType>(op: Op) =>
  (a: Value<R>, b: Value<R>, c: Value<R>): Value<R> => [...a, ...b, ...c, ...op]

/** `log2` is the alignment that the access has at least. */
const load =
  <R extends ValueType>(op: Op, log2: number) =>
  (at: I32, offset = 0): Value<R> => [...at, ...op, log2, ...uleb(offset)]
const store =
  <A extends ValueType>(op: Op, log2: number) =>
  (at: I32, value: Value<A>, offset = 0): Statement => [...at, ...value, ...op, log2, ...uleb(offset)]
const lane =
  <R extends ValueType>(op: Op) =>
  (a: V128, index: number): Value<R> => [...a, ...op, index]

export const i32 = {
  const: (value: number): I32 => [0x41, ...sleb(value | 0)],
  add: two<'i32', 'i32', 'i32'>(plain(0x6a)),
  sub: two<'i32', 'i32', 'i32'>(plain(0x6b)),
  mul: two<'i32', 'i32', 'i32'>(plain(0x6c)),
  divU: two<'i32', 'i32', 'i32'>(plain(0x6e)),
  remU: two<'i32', 'i32', 'i32'>(plain(0x70)),
  and: two<'i32', 'i32', 'i32'>(plain(0x71)),
  or: two<'i32', 'i32', 'i32'>(plain(0x72)),
  xor: two<'i32', 'i32', 'i32'>(plain(0x73)),
  shl: two<'i32', 'i32', 'i32'>(plain(0x74)),
  shrS: two<'i32', 'i32', 'i32'>(plain(0x75)),
  shrU: two<'i32', 'i32', 'i32'>(plain(0x76)),
  eqz: one<'i32', 'i32'>(plain(0x45)),
  eq: two<'i32', 'i32', 'i32'>(plain(0x46)),
  ne: two<'i32', 'i32', 'i32'>(plain(0x47)),
  ltS: two<'i32', 'i32', 'i32'>(plain(0x48)),
  ltU: two<'i32', 'i32', 'i32'>(plain(0x49)),
  gtS: two<'i32', 'i32', 'i32'>(plain(0x4a)),
  gtU: two<'i32', 'i32', 'i32'>(plain(0x4b)),
  leS: two<'i32', 'i32', 'i32'>(plain(0x4c)),
  geS: two<'i32', 'i32', 'i32'>(plain(0x4e)),
  geU: two<'i32', 'i32', 'i32'>(plain(0x4f)),
  load: load<'i32'>(plain(0x28), 2),
  load8S: load<'i32'>(plain(0x2c), 0),
  load8U: load<'i32'>(plain(0x2d), 0),
  load16S: load<'i32'>(plain(0x2e), 1),
  load16U: load<'i32'>(plain(0x2f), 1),
  store: store<'i32'>(plain(0x36), 2),
  store8: store<'i32'>(plain(0x3a), 0),
  store16: store<'i32'>(plain(0x3b), 1),
  /** Out of range saturates, NaN is 0. */
  truncSatF32: one<'f32', 'i32'>([0xfc, 0]),
  truncSatF64: one<'f64', 'i32'>([0xfc, 2]),
  reinterpretF32: one<'f32', 'i32'>(plain(0xbc)),
  select: (then: I32, otherwise: I32, condition: I32): I32 => [...then, ...otherwise, ...condition, 0x1b],
}

export const f32 = {
  const: (value: number): F32 => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  abs: one<'f32', 'f32'>(plain(0x8b)),
  neg: one<'f32', 'f32'>(plain(0x8c)),
  nearest: one<'f32', 'f32'>(plain(0x90)),
  sqrt: one<'f32', 'f32'>(plain(0x91)),
  add: two<'f32', 'f32', 'f32'>(plain(0x92)),
  sub: two<'f32', 'f32', 'f32'>(plain(0x93)),
  mul: two<'f32', 'f32', 'f32'>(plain(0x94)),
  div: two<'f32', 'f32', 'f32'>(plain(0x95)),
  min: two<'f32', 'f32', 'f32'>(plain(0x96)),
  max: two<'f32', 'f32', 'f32'>(plain(0x97)),
  gt: two<'f32', 'f32', 'i32'>(plain(0x5e)),
  lt: two<'f32', 'f32', 'i32'>(plain(0x5d)),
  load: load<'f32'>(plain(0x2a), 2),
  store: store<'f32'>(plain(0x38), 2),
  convertI32: one<'i32', 'f32'>(plain(0xb2)),
  demote: one<'f64', 'f32'>(plain(0xb6)),
  reinterpretI32: one<'i32', 'f32'>(plain(0xbe)),
  select: (then: F32, otherwise: F32, condition: I32): F32 => [...then, ...otherwise, ...condition, 0x1b],
}

export const f64 = {
  const: (value: number): F64 => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  sqrt: one<'f64', 'f64'>(plain(0x9f)),
  add: two<'f64', 'f64', 'f64'>(plain(0xa0)),
  sub: two<'f64', 'f64', 'f64'>(plain(0xa1)),
  mul: two<'f64', 'f64', 'f64'>(plain(0xa2)),
  div: two<'f64', 'f64', 'f64'>(plain(0xa3)),
  load: load<'f64'>(plain(0x2b), 3),
  store: store<'f64'>(plain(0x39), 3),
  convertI32: one<'i32', 'f64'>(plain(0xb7)),
  promote: one<'f32', 'f64'>(plain(0xbb)),
}

export const v128 = {
  const: (bytes: readonly number[]): V128 => [...simd(12), ...bytes.map((byte) => byte & 255)],
  load: load<'v128'>(simd(0), 0),
  load8Splat: load<'v128'>(simd(7), 0),
  load16Splat: load<'v128'>(simd(8), 0),
  load32Splat: load<'v128'>(simd(9), 0),
  load64Splat: load<'v128'>(simd(10), 0),
  /** Eight bytes, signed, as 16-bit lanes. */
  load8x8S: load<'v128'>(simd(1), 0),
  load8x8U: load<'v128'>(simd(2), 0),
  load16x4S: load<'v128'>(simd(3), 0),
  load16x4U: load<'v128'>(simd(4), 0),
  load32Zero: load<'v128'>(simd(92), 0),
  load64Zero: load<'v128'>(simd(93), 0),
  /** `value` with one lane from memory. */
  load32Lane: (at: I32, value: V128, index: number, offset = 0): V128 => [
    ...at,
    ...value,
    ...simd(86),
    0,
    ...uleb(offset),
    index,
  ],
  store: store<'v128'>(simd(11), 0),
  store32Lane: (at: I32, value: V128, index: number, offset = 0): Statement => [
    ...at,
    ...value,
    ...simd(90),
    0,
    ...uleb(offset),
    index,
  ],
  store64Lane: (at: I32, value: V128, index: number, offset = 0): Statement => [
    ...at,
    ...value,
    ...simd(91),
    0,
    ...uleb(offset),
    index,
  ],
  not: one<'v128', 'v128'>(simd(77)),
  /** 1 where any bit is set. */
  anyTrue: one<'v128', 'i32'>(simd(83)),
  and: two<'v128', 'v128', 'v128'>(simd(78)),
  andNot: two<'v128', 'v128', 'v128'>(simd(79)),
  or: two<'v128', 'v128', 'v128'>(simd(80)),
  xor: two<'v128', 'v128', 'v128'>(simd(81)),
  /** Bits of `a` where the mask is set, else those of `b`. */
  bitselect: three<'v128'>(simd(82)),
}

const vv = (code: number) => two<'v128', 'v128', 'v128'>(simd(code))
const v = (code: number) => one<'v128', 'v128'>(simd(code))
const shift = (code: number) => two<'v128', 'i32', 'v128'>(simd(code))
const vvv = (code: number) => three<'v128'>(simd(code))

export const i8x16 = {
  shuffle: (a: V128, b: V128, lanes: readonly number[]): V128 => [...a, ...b, ...simd(13), ...lanes],
  /** Lane i is a[b[i]], zero where b[i] is 16 or more. */
  swizzle: vv(14),
  /** The same for indices below 16, anything beyond; relaxed SIMD. */
  relaxedSwizzle: vv(0x100),
  splat: one<'i32', 'v128'>(simd(15)),
  extractS: lane<'i32'>(simd(21)),
  extractU: lane<'i32'>(simd(22)),
  abs: v(96),
  neg: v(97),
  popcnt: v(98),
  narrowI16x8S: vv(101),
  narrowI16x8U: vv(102),
  shl: shift(107),
  shrS: shift(108),
  shrU: shift(109),
  add: vv(110),
  sub: vv(113),
  minU: vv(119),
  maxU: vv(121),
  avgrU: vv(123),
  eq: vv(35),
}

export const i16x8 = {
  eq: vv(45),
  minU: vv(151),
  splat: one<'i32', 'v128'>(simd(16)),
  extractS: lane<'i32'>(simd(24)),
  extractU: lane<'i32'>(simd(25)),
  extaddPairwiseI8x16S: v(124),
  extaddPairwiseI8x16U: v(125),
  narrowI32x4S: vv(133),
  extendLowS: v(135),
  extendHighS: v(136),
  extendLowU: v(137),
  extendHighU: v(138),
  shl: shift(139),
  shrS: shift(140),
  shrU: shift(141),
  add: vv(142),
  sub: vv(145),
  mul: vv(149),
  /** Sums of two products of bytes: of any sign, and of 0 … 127; relaxed SIMD. */
  relaxedDotI7: vv(0x112),
}

export const i32x4 = {
  splat: one<'i32', 'v128'>(simd(17)),
  extract: lane<'i32'>(simd(27)),
  eq: vv(55),
  ltS: vv(57),
  gtS: vv(59),
  abs: v(160),
  neg: v(161),
  extaddPairwiseI16x8S: v(126),
  extaddPairwiseI16x8U: v(127),
  extendLowS: v(167),
  extendHighS: v(168),
  extendLowU: v(169),
  extendHighU: v(170),
  shl: shift(171),
  shrS: shift(172),
  shrU: shift(173),
  add: vv(174),
  sub: vv(177),
  mul: vv(181),
  minS: vv(182),
  maxS: vv(184),
  /** Lane i is a[2i] · b[2i] + a[2i + 1] · b[2i + 1] of 16-bit lanes. */
  dotI16x8: vv(186),
  truncSatF32x4: v(248),
  /** Lane i is c[i] and four products: bytes of any sign by bytes of 0 … 127; relaxed SIMD. */
  relaxedDotI7Add: vvv(0x113),
}

export const f32x4 = {
  splat: one<'f32', 'v128'>(simd(19)),
  extract: lane<'f32'>(simd(31)),
  eq: vv(65),
  lt: vv(67),
  gt: vv(68),
  nearest: v(106),
  abs: v(224),
  neg: v(225),
  sqrt: v(227),
  add: vv(228),
  sub: vv(229),
  mul: vv(230),
  div: vv(231),
  min: vv(232),
  max: vv(233),
  /** b < a ? b : a, and a < b ? b : a: one instruction where min and max are several. */
  pmin: vv(234),
  pmax: vv(235),
  convertI32x4: v(250),
  convertI32x4U: v(251),
  /** a · b + c, rounded once or twice; relaxed SIMD. */
  relaxedMadd: vvv(0x105),
}

export const f64x2 = {
  splat: one<'f64', 'v128'>(simd(20)),
  extract: lane<'f64'>(simd(33)),
  add: vv(240),
  sub: vv(241),
  mul: vv(242),
  div: vv(243),
  promoteLowF32x4: v(95),
  demoteZero: v(94),
  convertLowI32x4S: v(254),
}

/** Statements one after another. */
export function seq(...statements: readonly Statement[]): Statement {
  return joined(statements)
}

/** As flat(), which is slow: a kernel's code is joined again at every level of its loops. */
export function joined(parts: readonly (readonly number[])[], out: number[] = []): number[] {
  for (const part of parts) for (let i = 0; i < part.length; i++) out.push(part[i])
  return out
}

const nothing = 0x40
const end: Statement = [0x0b]

/** A block that `exit(depth)` leaves. */
export function block(...body: readonly Statement[]): Statement {
  return joined([...body, end], [0x02, nothing])
}

/** `branch(0)` at its end begins it again. */
export function loop(...body: readonly Statement[]): Statement {
  return joined([...body, end], [0x03, nothing])
}

export function branch(depth: number): Statement {
  return [0x0c, ...uleb(depth)]
}

export function branchIf(condition: I32, depth: number): Statement {
  return [...condition, 0x0d, ...uleb(depth)]
}

export function when(condition: I32, then: Statement, otherwise?: Statement): Statement {
  return [...condition, 0x04, nothing, ...then, ...(otherwise ? [0x05, ...otherwise] : []), 0x0b]
}

/** The value of a call. */
export function call<R extends ValueType>(index: number, ...args: readonly Value<ValueType>[]): Value<R> {
  return [...joined(args), 0x10, ...uleb(index)]
}
