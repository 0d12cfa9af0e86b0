/**
 * A piece of RTL after synthesis: what yosys mapped to an open standard cell library, and what its gates did under random
 * vectors. `lutra lut-core synth` makes these; the ones that are committed (./parts.json) say which tools made them.
 * after  ../cost
 */

export interface Library {
  /** `osu018` (TSMC 0.18 µm, 1.8 V) or `osu035`. */
  readonly name: string
  readonly volts: number
  /** Area of its NAND2X1 in µm²: one gate equivalent. */
  readonly nand2: number
}

export interface Part {
  /** Verilog module, e.g. `lut_array`, and its parameters. */
  readonly module: string
  readonly parameters: Readonly<Record<string, number>>
  readonly library: string
  /** µm² of cells, no wires. */
  readonly area: number
  /** area / nand2 */
  readonly gates: number
  /** Of `area`, what is flip-flops. */
  readonly registerArea: number
  /** By cell, how many. */
  readonly cells: Readonly<Record<string, number>>
  /** Longest path in ns by the library's tables with yosys-abc's estimate of load; absent: not asked for. */
  readonly delay?: number
  readonly activity?: Activity
}

export interface Activity {
  /** Clock cycles that were simulated, gate by gate, and what the vectors were. */
  readonly cycles: number
  readonly vectors: string
  /** Output toggles of all cells per cycle. */
  readonly toggles: number
  /** Joules per cycle: switching (½CV² per toggle), internal (liberty's tables), leakage at `hertz`. */
  readonly switching: number
  readonly internal: number
  readonly leakage: number
  readonly hertz: number
  /** The same with gates that take no time, so that nothing glitches. */
  readonly steady?: { readonly toggles: number; readonly switching: number; readonly internal: number }
  /** Joules per cycle, switching and internal, had every net but the clock toggled 0.1 times: no vectors at all. */
  readonly even?: number
}

export interface Synthesis {
  /** Versions, as the tools tell them. */
  readonly tools: Readonly<Record<string, string>>
  readonly libraries: readonly Library[]
  readonly parts: readonly Part[]
}
