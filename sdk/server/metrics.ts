/**
 * Counters and histograms, as Prometheus reads them.
 * takes  what happens · gives  text (exposition format 0.0.4) · after ./health
 */

type Labels = Readonly<Record<string, string | number>>

interface Family {
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly rows: Map<string, number>
  /** Of a histogram, by the text of its labels. */
  readonly histograms: Map<string, Histogram>
}

interface Histogram {
  /** How many values fell between each bound and the one before it; the last place is beyond all of them. */
  readonly counts: number[]
  sum: number
}

/** Seconds: from a step of a small model to a long answer of a large one. */
const bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

export class Metrics {
  readonly #families = new Map<string, Family>()
  readonly #asked: (() => void)[] = []

  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    const { rows } = this.#family(name, help, 'counter')
    const row = rowName(name, labelText(labels))
    rows.set(row, (rows.get(row) ?? 0) + by)
  }

  /** Asked each time that the metrics are. */
  ask(name: string, help: string, type: 'counter' | 'gauge', read: () => number): void {
    this.#asked.push(() => this.#family(name, help, type).rows.set(name, read()))
  }

  /** One more value of a histogram of seconds. */
  observe(name: string, help: string, seconds: number, labels: Labels = {}): void {
    const { histograms } = this.#family(name, help, 'histogram')
    const key = labelText(labels)
    const histogram = histograms.get(key) ?? { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
    histograms.set(key, histogram)
    const place = bounds.findIndex((bound) => seconds <= bound)
    histogram.counts[place < 0 ? bounds.length : place]++
    histogram.sum += seconds
  }

  text(): string {
    for (const read of this.#asked) read()
    const lines: string[] = []
    for (const [name, { help, type, rows, histograms }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
      for (const [row, value] of rows) lines.push(`${row} ${value}`)
      for (const [labels, histogram] of histograms) lines.push(...histogramRows(name, labels, histogram))
    }
    return `${lines.join('\n')}\n`
  }

  #family(name: string, help: string, type: Family['type']): Family {
    const known = this.#families.get(name)
    if (known) return known
    const family = { help, type, rows: new Map<string, number>(), histograms: new Map<string, Histogram>() }
    this.#families.set(name, family)
    return family
  }
}

function* histogramRows(name: string, labels: string, { counts, sum }: Histogram): Generator<string> {
  const before = labels === '' ? '' : `${labels},`
  let total = 0
  for (const [i, count] of counts.entries()) {
    total += count
    yield `${rowName(`${name}_bucket`, `${before}le="${bounds[i] ?? '+Inf'}"`)} ${total}`
  }
  yield `${rowName(`${name}_sum`, labels)} ${sum}`
  yield `${rowName(`${name}_count`, labels)} ${total}`
}

function rowName(name: string, labels: string): string {
  return labels === '' ? name : `${name}{${labels}}`
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${escaped(String(value))}"`)
    .join(',')
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
