/**
 * Counters and histograms, as Prometheus reads them.
 * takes  what happens · gives  text (exposition format 0.0.4) · after ./health
 */

type Labels = Readonly<Record<string, string | number>>

interface Family {
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly rows: Map<string, number>
}

/** Seconds: from a step of a small model to a long answer of a large one. */
const bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

export class Metrics {
  readonly #families = new Map<string, Family>()
  readonly #asked: (() => void)[] = []

  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    add(this.#family(name, help, 'counter'), key(name, labels), by)
  }

  /** Asked each time that the metrics are. */
  ask(name: string, help: string, type: 'counter' | 'gauge', read: () => number): void {
    this.#asked.push(() => this.#family(name, help, type).rows.set(name, read()))
  }

  /** One more value of a histogram of seconds. */
  observe(name: string, help: string, seconds: number, labels: Labels = {}): void {
    const family = this.#family(name, help, 'histogram')
    for (const bound of bounds) add(family, key(`${name}_bucket`, { ...labels, le: bound }), seconds <= bound ? 1 : 0)
    add(family, key(`${name}_bucket`, { ...labels, le: '+Inf' }), 1)
    add(family, key(`${name}_sum`, labels), seconds)
    add(family, key(`${name}_count`, labels), 1)
  }

  text(): string {
    for (const read of this.#asked) read()
    const lines: string[] = []
    for (const [name, { help, type, rows }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
      for (const [row, value] of rows) lines.push(`${row} ${value}`)
    }
    return `${lines.join('\n')}\n`
  }

  #family(name: string, help: string, type: Family['type']): Family {
    const known = this.#families.get(name)
    if (known) return known
    const family = { help, type, rows: new Map<string, number>() }
    this.#families.set(name, family)
    return family
  }
}

function add({ rows }: Family, row: string, by: number): void {
  rows.set(row, (rows.get(row) ?? 0) + by)
}

function key(name: string, labels: Labels): string {
  const parts = Object.entries(labels).map(([label, value]) => `${label}="${escaped(String(value))}"`)
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
