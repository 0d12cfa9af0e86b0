/**
 * Codes packed for float kernels in WebAssembly: field k of the 32-bit lanes of a 16-byte vector holds four columns in a
 * row, 4k … 4k + 3, so that a shift or a mask gives four codes that stand beside four activations.
 * takes  a matrix · gives  bytes: tiles of `tileRows` rows, their vectors side by side
 */
export function packFields({ bits, rows, cols, codes }, tileRows, stored = (code) => code, place = (k) => k) {
  const fields = 32 / bits
  const perVector = 4 * fields
  if (rows % tileRows || cols % perVector) throw new Error(`Expected multiples of ${tileRows} × ${perVector}`)
  const words = new Uint32Array((rows * cols) / fields)
  let at = 0
  for (let tile = 0; tile < rows; tile += tileRows)
    for (let from = 0; from < cols; from += perVector)
      for (let r = tile; r < tile + tileRows; r++)
        for (let lane = 0; lane < 4; lane++) {
          let word = 0
          for (let k = 0; k < fields; k++) {
            const code = codes[r * cols + from + 4 * k + lane]
            word |= stored(code, k) << (bits * place(k))
          }
          words[at++] = word
        }
  return new Uint8Array(words.buffer)
}

/** Scales in the order of the tiles: for each group of columns those of the tile's rows. */
export function packScales({ group, cols, scales }, tileRows) {
  const groups = cols / group
  return Float32Array.from({ length: scales.length }, (_, i) => {
    const tile = Math.floor(i / (groups * tileRows))
    const g = Math.floor(i / tileRows) % groups
    return scales[(tile * tileRows + (i % tileRows)) * groups + g]
  })
}
