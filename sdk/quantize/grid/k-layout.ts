/**
 * Where the k-quants keep the bits of codes and the six-bit scales: writing, as hal/dtypes/k-quants reads.
 * takes  256 codes, or small whole scales · gives  bytes of a block
 */

/** Bits 2j, 2j + 1 of 32 bytes hold the weights 32 j … of their half of 128. */
export function putTwoBits(codes: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let half = 0; half < 2; half++)
    for (let l = 0, c = 128 * half, p = at + 32 * half; l < 32; l++, c++, p++)
      bytes[p] = (codes[c] & 3) | ((codes[c + 32] & 3) << 2) | ((codes[c + 64] & 3) << 4) | ((codes[c + 96] & 3) << 6)
}

/** Bit b of 32 bytes holds bit `bit` of the codes 32 b …. */
export function putHighBit(codes: Uint8Array, bit: number, bytes: Uint8Array, at: number): void {
  for (let l = 0; l < 32; l++) {
    let byte = 0
    for (let b = 0; b < 8; b++) byte |= ((codes[32 * b + l] >> bit) & 1) << b
    bytes[at + l] = byte
  }
}

/** Per 64 weights: low nibbles of 32 bytes, then the high ones. */
export function putNibbles(codes: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let c = 0, p = at; c < 256; c += 64)
    for (let l = c; l < c + 32; l++, p++) bytes[p] = (codes[l] & 15) | ((codes[l + 32] & 15) << 4)
}

/** Q6_K: per half of 128 weights four runs of 32: low nibbles of 64 bytes, and two high bits in 32 bytes. */
export function putSixBits(codes: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let half = 0; half < 2; half++)
    for (let l = 0; l < 32; l++) {
      const c = 128 * half + l
      const low = at + 64 * half + l
      bytes[low] = (codes[c] & 15) | ((codes[c + 64] & 15) << 4)
      bytes[low + 32] = (codes[c + 32] & 15) | ((codes[c + 96] & 15) << 4)
      bytes[at + 128 + 32 * half + l] =
        (codes[c] >> 4) | ((codes[c + 32] >> 4) << 2) | ((codes[c + 64] >> 4) << 4) | ((codes[c + 96] >> 4) << 6)
    }
}

/** Q3_K: sixteen scales of six bits (0 … 63) over 12 bytes: low nibbles in eight, pairs of high bits in four. */
export function putSixteenScales(scales: ArrayLike<number>, bytes: Uint8Array, at: number): void {
  for (let j = 0; j < 8; j++) bytes[at + j] = (scales[j] & 15) | ((scales[j + 8] & 15) << 4)
  for (let j = 0; j < 4; j++)
    bytes[at + 8 + j] =
      (scales[j] >> 4) | ((scales[j + 4] >> 4) << 2) | ((scales[j + 8] >> 4) << 4) | ((scales[j + 12] >> 4) << 6)
}

/** Q4_K, Q5_K: eight scales and eight minima of six bits (0 … 63) over 12 bytes. */
export function putEightPairs(
  scales: ArrayLike<number>,
  minima: ArrayLike<number>,
  bytes: Uint8Array,
  at: number,
): void {
  for (let j = 0; j < 4; j++) {
    bytes[at + j] = scales[j] | ((scales[j + 4] >> 4) << 6)
    bytes[at + 4 + j] = minima[j] | ((minima[j + 4] >> 4) << 6)
    bytes[at + 8 + j] = (scales[j + 4] & 15) | ((minima[j + 4] & 15) << 4)
  }
}
