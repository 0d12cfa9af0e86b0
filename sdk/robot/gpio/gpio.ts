/**
 * GPIO lines of a board, as the kernel's character device (version 2) has them: what a chip is, what may be asked of its
 * lines. ./native is the kernel's; ./simulated is a chip in memory for tests and for apps that run without hardware.
 */

/** A chip, as `gpiodetect` tells it. */
export interface GpioChip {
  /** `/dev/gpiochip0`; the number may differ from boot to boot. */
  readonly path: string
  /** `pinctrl-rp1`: stays the same. */
  readonly label: string
  readonly lines: number
}

/** How lines are asked for; all lines of a request alike. */
export interface LineOptions {
  /** Default false: inputs. */
  readonly output?: boolean
  /** Levels of outputs from the start, one a line. Default low. */
  readonly values?: readonly boolean[]
  /** The chip's own resistor. Default: as it stands. */
  readonly bias?: 'up' | 'down' | 'none'
  /** How an output drives. Default push and pull. */
  readonly drive?: 'open-drain' | 'open-source'
  /** Which changes of inputs are told. Default none. */
  readonly edges?: 'rising' | 'falling' | 'both'
  /** Microseconds that a level must last before it counts. Default 0. */
  readonly debounce?: number
  /** True: a low level reads as true. Default false. */
  readonly activeLow?: boolean
  /** Who has the line, for `gpioinfo`; up to 31 characters. Default `lutra`. */
  readonly consumer?: string
}

/** A change of a line. */
export interface Edge {
  readonly line: number
  /** It became true. */
  readonly rising: boolean
  /** When, in nanoseconds of the clock of `process.hrtime.bigint()`, stamped by the kernel. */
  readonly nanoseconds: bigint
  /** Counts this line's edges from 1; a gap says that some were lost, since nobody read for long. The last is never lost. */
  readonly sequence: number
}

/** Lines that are held until they are closed. */
export interface HeldLines {
  /** Levels, one a line. */
  get(): readonly boolean[]
  set(values: readonly boolean[]): void
  /** Tells edges as they come, and once an error when the lines are gone. Gives the way to end it. */
  watch(listen: (edges: readonly Edge[], error?: Error) => void): () => void
  /** Ends the watches and gives the lines back. */
  close(): void
}

/** Errors of its methods have the errno's name as `code`, as node:fs has it. */
export interface Gpio {
  /** The chips that are here and that this user may open. */
  chips(): readonly GpioChip[]
  /** `chip` is a path. */
  request(chip: string, lines: readonly number[], options: LineOptions): HeldLines
}
