/**
 * The flat and the rover's way through it, drawn in braille: 2 × 4 dots to a character, an eighth of a metre a dot.
 * takes  positions in metres · gives  lines of text
 */
import { at, cell, height, width } from '../../sdk/robot/simulated-rover/room.js'

const dot = cell / 2
const columns = Math.ceil(width / dot / 2)
const rows = Math.ceil(height / dot / 4)
/** Which bit of a braille character a dot is, by its place. */
const bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
const arrows = ['→', '↗', '↑', '↖', '←', '↙', '↓', '↘']

export class Track {
  readonly #dots = new Uint8Array(columns * rows)
  readonly #walls = new Uint8Array(columns * rows)

  constructor() {
    for (let y = dot / 2; y < height; y += dot)
      for (let x = dot / 2; x < width; x += dot) if (at(x, y) === '#') this.#set(this.#walls, x, y)
  }

  add(x: number, y: number): void {
    this.#set(this.#dots, x, y)
  }

  /** The picture, with the rover as an arrow; `heading` in radians. */
  render(x: number, y: number, heading: number, color = false): string[] {
    const rover = this.#place(x, y).index
    const arrow = arrows[((Math.round((heading * 4) / Math.PI) % 8) + 8) % 8]
    return Array.from({ length: rows }, (_, row) => {
      let line = ''
      let paint = ''
      for (let index = row * columns; index < (row + 1) * columns; index++) {
        const here = index === rover
        const wish = here ? '\x1b[0;1;33m' : this.#dots[index] ? '\x1b[0;36m' : '\x1b[0;2m'
        if (color && wish !== paint) line += wish
        paint = wish
        line += here ? arrow : String.fromCharCode(0x2800 + (this.#dots[index] | this.#walls[index]))
      }
      return color ? `${line}\x1b[0m` : line
    })
  }

  #set(dots: Uint8Array, x: number, y: number): void {
    const { index, bit } = this.#place(x, y)
    dots[index] |= bit
  }

  #place(x: number, y: number): { index: number; bit: number } {
    const column = Math.max(0, Math.min(columns * 2 - 1, Math.floor(x / dot)))
    const row = Math.max(0, Math.min(rows * 4 - 1, Math.floor((height - y) / dot)))
    return { index: (row >> 2) * columns + (column >> 1), bit: bits[(row & 3) * 2 + (column & 1)] }
  }
}
