/** Sums across lanes, for float kernels in our encoder. */
import { f32x4, i8x16 } from '../../dist/kernels/ladder/wasm/code.js'

/** Four vectors to the vector of their sums. */
export function horizontal([a, b, c, d]) {
  const even = (u, v) => shuffle(u, v, [0, 1, 4, 5])
  const odd = (u, v) => shuffle(u, v, [2, 3, 6, 7])
  const [ab, cd] = [f32x4.add(even(a, b), odd(a, b)), f32x4.add(even(c, d), odd(c, d))]
  return f32x4.add(shuffle(ab, cd, [0, 2, 4, 6]), shuffle(ab, cd, [1, 3, 5, 7]))
}

function shuffle(a, b, lanes) {
  return i8x16.shuffle(
    a,
    b,
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  )
}
