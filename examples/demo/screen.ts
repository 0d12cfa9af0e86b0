/**
 * Lines that stay, above a picture that is redrawn in place; plain lines only where there is no terminal.
 * takes  text · gives  output on stdout; close() leaves the last picture standing
 */
export interface Screen {
  readonly live: boolean
  /** A line that stays. */
  print(line?: string): void
  /** The line that is being written, and the picture under it. */
  draw(line: string, picture: readonly string[]): void
  close(): void
}

export function openScreen(live: boolean): Screen {
  if (!live) return { live, print: (line = '') => void process.stdout.write(`${line}\n`), draw() {}, close() {} }
  let below: string[] = []
  const wide = () => Math.max(20, process.stdout.columns || 80)
  const clear = () => (below.length ? `\x1b[${below.length}F\x1b[J` : '')
  const show = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
  process.stdout.write('\x1b[?25l')
  return {
    live,
    print(line = '') {
      process.stdout.write(clear() + show([line, ...below]))
    },
    draw(line, picture) {
      const before = clear()
      // A line that wraps would spoil the count of lines to go back.
      below = [line.length < wide() ? line : `…${line.slice(2 - wide())}`, ...picture]
      process.stdout.write(before + show(below))
    },
    close() {
      process.stdout.write('\x1b[?25h')
    },
  }
}
