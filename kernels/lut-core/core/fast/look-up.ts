/**
 * The loops in which all time goes: one segment of all rows, for one token. Functions of their own, and two sums that do
 * not wait for each other, as kernels/ts/linear-lut.ts measured it.
 * takes  elements of ./planes, whole tables of ./full-tables · gives  sums (rows), added to what is there
 * after  ./weight
 */

/** Planes p and p + 1: sums[to + r] += (Σ T[even bits] + 2 Σ T[odd bits]) << p, modulo 2^32. */
export function lookUpTwo(
  elements: Uint8Array | Uint16Array,
  from: number,
  half: number,
  rows: number,
  tables: Int32Array,
  first: number,
  entries: number,
  groups: number,
  plane: number,
  sums: Int32Array,
  to: number,
): void {
  const mask = (1 << half) - 1
  const end = first + groups * entries
  let element = from
  for (let r = 0; r < rows; r++) {
    let even = 0
    let odd = 0
    for (let table = first; table < end; table += entries) {
      const two = elements[element++]
      even = (even + tables[table + (two & mask)]) | 0
      odd = (odd + tables[table + (two >> half)]) | 0
    }
    sums[to + r] += (even + (odd << 1)) << plane
  }
}

/** The last plane of an odd number. */
export function lookUpOne(
  elements: Uint8Array | Uint16Array,
  from: number,
  rows: number,
  tables: Int32Array,
  first: number,
  entries: number,
  groups: number,
  plane: number,
  sums: Int32Array,
  to: number,
): void {
  const end = first + groups * entries
  let element = from
  for (let r = 0; r < rows; r++) {
    let sum = 0
    for (let table = first; table < end; table += entries) sum = (sum + tables[table + elements[element++]]) | 0
    sums[to + r] += sum << plane
  }
}

/** In float32, in the order of the array: group by group, in a group plane by plane. */
export function lookUpFloats(
  elements: Uint8Array | Uint16Array,
  from: number,
  half: number,
  rows: number,
  tables: Float32Array,
  first: number,
  entries: number,
  groups: number,
  planes: number,
  sums: Float32Array,
  to: number,
): void {
  const mask = (1 << half) - 1
  for (let r = 0; r < rows; r++) {
    let sum = sums[to + r]
    for (let g = 0; g < groups; g++)
      for (let plane = 0; plane < planes; plane++) {
        const element = elements[from + ((plane >> 1) * rows + r) * groups + g]
        const field = plane & 1 ? element >> half : element & mask
        sum = Math.fround(sum + tables[first + g * entries + field] * (1 << plane))
      }
    sums[to + r] = sum
  }
}
