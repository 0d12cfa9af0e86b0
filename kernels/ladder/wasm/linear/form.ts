/**
 * How a kernel's input lies once it is prepared: a token's values, padded group by group, then a record for each panel.
 * after ./prepare, ./run
 */
export interface FormShape {
  /** `q16`, `q8`: whole numbers of eight bits in as many; `tables`: 16 bytes for four columns; `real`: float32. */
  readonly values: 'q16' | 'q8' | 'tables' | 'real'
  /** Whether whole numbers have a scale for a token, one for each panel, or are the input itself (`one`). */
  readonly scale: 'token' | 'panel' | 'one'
  /** Columns of a group and what they are padded to; absent: all of a row, padded to units. */
  readonly group?: number
  readonly padded?: number
  readonly unit: number
  /** Columns of a panel; absent: a whole group. */
  readonly panel?: number
}

/** Bytes of a panel's record: its scale (float32), Σq, Σ max(-q, 0) (int32), and scale · Σq (float32). */
export const recordBytes = 16
export const record = { scale: 0, sum: 4, negative: 8, scaledSum: 12 } as const

/** Bytes for a column's value. */
export const valueBytes = { q16: 2, q8: 1, tables: 4, real: 4 } as const

export function formKey({ values, scale, group, padded, unit, panel }: FormShape): string {
  return [values, scale, group ?? 'row', padded ?? unit, panel ?? 'group'].join('_')
}

/** Columns and panels of a row of `cols`. */
export function formSize(form: FormShape, cols: number): { readonly columns: number; readonly panels: number } {
  const { group, padded, unit, panel } = form
  if (group === undefined || padded === undefined) {
    const columns = Math.ceil(cols / unit) * unit
    return { columns, panels: panel === undefined ? 1 : columns / panel }
  }
  const groups = Math.ceil(cols / group)
  // Whole units: groups of half a unit come in pairs.
  const columns = Math.ceil((groups * padded) / unit) * unit
  return { columns, panels: panel === undefined ? columns / padded : columns / panel }
}

/** Bytes of one prepared token; those of spilled tables are at its end. */
export function formBytes(form: FormShape, cols: number): number {
  const { columns, panels } = formSize(form, cols)
  return columns * valueBytes[form.values] + panels * recordBytes + spillBytes(form, columns, panels) + stageBytes
}

/** Room for 32 inputs, zeros behind a group's end, and for what they are rounded to. */
export const stageBytes = 160

/** Exact tables that pass a byte: for each panel where its list begins (and where the last one ends), then entries. */
export const spillEntry = 48

export function spills({ values, scale }: FormShape): boolean {
  return values === 'tables' && scale !== 'panel'
}

export function spillBytes(form: FormShape, columns: number, panels: number): number {
  return spills(form) ? Math.ceil((panels + 1) / 4) * 16 + (columns / 8) * spillEntry : 0
}
