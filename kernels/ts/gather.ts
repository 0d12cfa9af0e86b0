/**
 * Inputs in another order: out[j] = x[places[j]].
 * takes  x (tokens × width), places (width), all below width · gives  out (tokens × width)
 */
export function gather(x: Float32Array, places: Int32Array, out: Float32Array, from: number, n: number): void {
  const width = places.length
  for (let at = from * width; at < (from + n) * width; at += width)
    for (let j = 0; j < width; j++) out[at + j] = x[at + places[j]]
}
