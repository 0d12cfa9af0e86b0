/**
 * Ladder's `map`: where the bits of a tile's codes lie. Packers and kernels both read the one description, so that they
 * cannot disagree.
 * takes  axes: how a digit of a row, column or bit number moves the place · gives  places in bits
 * before ../type · after ./pack, ../wasm/linear
 */
export interface Axis {
  readonly dim: 'row' | 'column'
  /** The digit is floor(number / step) mod size, and moves the place by `bits` each. */
  readonly size: number
  readonly step: number
  readonly bits: number
}

/** Some neighbouring bits of every code, and where they lie. */
export interface Part {
  /** The lowest of them, and how many: 1, 2, 4, 8, 16 or 32. */
  readonly from: number
  readonly width: number
  /** Place of the first element's lowest bit in a unit. */
  readonly at: number
  readonly axes: readonly Axis[]
}

/** Codes of `tileRows` rows and `unit` columns (in codes: a vector code is one), packed together. */
export interface Layout {
  readonly tileRows: number
  readonly unit: number
  readonly unitBytes: number
  readonly parts: readonly Part[]
}

/** The place of an element's bits of one part. */
export function place(part: Part, row: number, column: number): number {
  return part.axes.reduce(
    (at, { dim, size, step, bits }) => at + (Math.floor((dim === 'row' ? row : column) / step) % size) * bits,
    part.at,
  )
}

/** A code of so many bits as parts whose widths are powers of two, the widest first and lowest. */
export function widths(bits: number): readonly { readonly from: number; readonly width: number }[] {
  const parts: { from: number; width: number }[] = []
  for (let from = 0, width = 32; width >= 1; width /= 2)
    if (from + width <= bits) {
      parts.push({ from, width })
      from += width
    }
  return parts
}

/**
 * Codes in the lanes of vectors: each vector has 4 rows by 128 / 4 / lane columns, and a lane holds lane / width codes of
 * columns that follow each other a vector's columns apart. Quads of rows lie one after another.
 */
export function sliced(bits: number, lane: 8 | 16 | 32, tileRows: number, unit: number): Layout {
  const across = 32 / lane
  const perQuad = (4 * unit * bits) / 8
  const parts: Part[] = []
  for (const { from, width } of widths(bits)) {
    const slots = lane / width
    const at = parts.reduce((sum, part) => sum + 4 * unit * part.width, 0)
    parts.push({
      from,
      width,
      at,
      axes: [
        { dim: 'column', size: across, step: 1, bits: lane },
        { dim: 'row', size: 4, step: 1, bits: 32 },
        { dim: 'column', size: slots, step: across, bits: width },
        { dim: 'column', size: unit / (across * slots), step: across * slots, bits: 128 },
        { dim: 'row', size: tileRows / 4, step: 4, bits: 8 * perQuad },
      ],
    })
  }
  return { tileRows, unit, unitBytes: (tileRows / 4) * perQuad, parts }
}

/** Codes of four bits in nibbles, for a table of 16 bytes: a vector is 4 rows by 2 by 4 columns. */
export function nibbles(tileRows: number, unit: number): Layout {
  const perQuad = (4 * unit * 4) / 8
  const axes: readonly Axis[] = [
    { dim: 'column', size: 2, step: 1, bits: 8 },
    { dim: 'row', size: 4, step: 1, bits: 16 },
    { dim: 'column', size: 2, step: 2, bits: 64 },
    { dim: 'column', size: 2, step: 4, bits: 4 },
    { dim: 'column', size: unit / 8, step: 8, bits: 128 },
    { dim: 'row', size: tileRows / 4, step: 4, bits: 8 * perQuad },
  ]
  return {
    tileRows,
    unit,
    unitBytes: (tileRows / 4) * perQuad,
    parts: [{ from: 0, width: 4, at: 0, axes }],
  }
}

/**
 * Bit planes for table lookup: a nibble is four columns of a row and a plane, a byte two such nibbles, a vector 16 rows.
 * Bytes of even places are rows 0 … 7, of odd places rows 8 … 15.
 */
export function planes(bits: number, unit: number): Layout {
  const parts = Array.from({ length: bits }, (_, plane) => ({
    from: plane,
    width: 1,
    at: 128 * plane,
    axes: [
      { dim: 'column', size: 4, step: 1, bits: 1 },
      { dim: 'column', size: 2, step: 4, bits: 4 },
      { dim: 'row', size: 8, step: 1, bits: 16 },
      { dim: 'row', size: 2, step: 8, bits: 8 },
      { dim: 'column', size: unit / 8, step: 8, bits: 128 * bits },
    ] as const,
  }))
  return { tileRows: 16, unit, unitBytes: 2 * unit * bits, parts }
}

/** Whole codes as bytes, 4 rows of a column side by side: for tables that are read one by one. */
export function bytes(bits: number, tileRows: number, unit: number): Layout {
  const width = bits <= 8 ? 8 : 16
  return {
    tileRows,
    unit,
    unitBytes: (tileRows * unit * width) / 8,
    parts: [
      {
        from: 0,
        width,
        at: 0,
        axes: [
          { dim: 'row', size: 4, step: 1, bits: width },
          { dim: 'column', size: unit, step: 1, bits: 4 * width },
          { dim: 'row', size: tileRows / 4, step: 4, bits: 4 * width * unit },
        ],
      },
    ],
  }
}
