/**
 * The tables of docs/boards.md, from the board files and from `ceilingsOf`, so that the page cannot drift from them.
 * gives  markdown by name; docs.test.ts holds the page against it, and writes it where LUTRA_WRITE_DOCS is set
 */
import { boards } from '../../boards/index.js'
import { type Board, type BoardCeiling, ceilingsOf, type Figure, referenceModels, type Wire } from '../../hal/index.js'

const real = boards.filter(({ name }) => !name.startsWith('generic') && name !== 'simulated-lut')

/** Models far beyond every cache: for them a rate from memcpy says something. */
const large = ['bitnet-2b4t-i2_s', 'llama-1b-q4_0']

export const tables: Readonly<Record<string, string>> = {
  boards: table(['board', 'chip', 'cores', 'features', 'L1d / L2 / shared cache', 'bus peak', 'power limit'], real, [
    ({ name }) => code(name),
    ({ chip }) => chip.title,
    ({ chip }) => list(chip.clusters.map(({ count, core, hertz }) => `${count}× ${core}${clock(hertz)}`)) || 'detected',
    ({ chip }) => chip.features.filter((feature) => feature !== 'lse').join(' '),
    caches,
    ({ chip }) => amount(chip.peakBandwidth, 1e9, 'GB/s'),
    ({ chip }) => (chip.tdp ? amount(chip.tdp, 1, 'W') : 'not known'),
  ]),
  matches: table(['board', 'device tree `compatible`', 'model, DMI SKU or processor'], real, [
    ({ name }) => code(name),
    ({ match }) => match.compatible.map(code).join(' '),
    ({ match }) => [...match.models, ...(match.skus ?? []), ...(match.brands ?? [])].map(code).join(' '),
  ]),
  wires: table(
    ['board', 'wire', 'found by', 'mostly', 'what it is'],
    real.flatMap(({ name, uarts, gpio }) => [...uarts, ...gpio].map((wire) => ({ name, wire }))),
    [
      ({ name }) => code(name),
      ({ wire }) => wire.name,
      ({ wire }) => foundBy(wire),
      ({ wire }) => (wire.path ? code(wire.path) : ''),
      ({ wire }) => wire.note,
    ],
  ),
  models: table(['model', 'what is counted', 'bytes per token', 'source of the shapes'], referenceModels, [
    ({ name }) => code(name),
    ({ title }) => title,
    ({ bytesPerToken }) => bytesPerToken.toLocaleString('en-US'),
    ({ source }) => source,
  ]),
  ceilings: table(
    ['board', 'bus peak', ...referenceModels.map(({ name }) => code(name)), 'memcpy, one core', ...large.map(byMemcpy)],
    real,
    [
      ({ name }) => code(name),
      ({ chip }) => amount(chip.peakBandwidth, 1e9, 'GB/s'),
      ...referenceModels.map(
        ({ name }) =>
          (board: Board) =>
            bound(ceiling(board, name)),
      ),
      ({ figures }) => memcpyOf(figures),
      ...large.map((name) => (board: Board) => rate(ceiling(board, name).byMemcpy)),
    ],
  ),
  sources: table(['board', 'chip', 'bus peak', 'power limit'], real, [
    ({ name }) => code(name),
    ({ chip }) => chip.source,
    ({ chip }) => chip.peakBandwidth.source,
    ({ chip }) => chip.tdp?.source ?? 'not known',
  ]),
  notes: real.map(({ title, notes }) => `**${title}**\n\n${notes.map((note) => `- ${note}`).join('\n')}`).join('\n\n'),
}

function table<T>(heads: readonly string[], rows: readonly T[], cells: readonly ((row: T) => string)[]): string {
  const line = (texts: readonly string[]) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(heads),
    `|${heads.map(() => '---').join('|')}|`,
    ...rows.map((row) => line(cells.map((cell) => cell(row)))),
  ].join('\n')
}

function caches({ chip }: Board): string {
  if (chip.clusters.length === 0) return 'detected'
  const own = chip.clusters.map(
    ({ l1d, l2, l2SharedBy }) =>
      `${size(l1d)} / ${size(l2)}${l2SharedBy && l2 !== 'not known' ? ` for ${l2SharedBy}` : ''}`,
  )
  return `${list([...new Set(own)])} / ${chip.sharedCache === 0 ? 'none' : size(chip.sharedCache)}`
}

function foundBy({ find }: Wire): string {
  const { nodes = [], aliases = [], labels = [], compatible = [] } = find ?? {}
  return list([
    ...nodes.map(code),
    ...aliases.map((alias) => `alias ${code(alias)}`),
    ...labels.map((label) => `label ${code(label)}`),
    ...compatible.map(code),
  ])
}

function ceiling(board: Board, model: string): BoardCeiling {
  return ceilingsOf(board).find((each) => each.model === model)!
}

function bound({ tokensPerSecond, fitsCaches }: BoardCeiling): string {
  if (fitsCaches === true) return `(${rate(tokensPerSecond)})`
  return fitsCaches === false || tokensPerSecond === 'not known' ? rate(tokensPerSecond) : `${rate(tokensPerSecond)} ?`
}

function memcpyOf(figures: readonly Figure[]): string {
  const memcpy = figures.find(({ what }) => what === 'memcpy')
  return memcpy ? amount(memcpy, 1e9, 'GB/s') : 'not known'
}

function rate(value: number | 'not known'): string {
  return value === 'not known' ? value : value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)
}

function amount({ value }: Figure, unit: number, name: string): string {
  return value === 'not known' ? value : `${Number((value / unit).toFixed(1))} ${name}`
}

function size(bytes: number | 'not known'): string {
  if (bytes === 'not known') return bytes
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : `${bytes / 2 ** 10} KB`
}

function clock(hertz: number | 'not known'): string {
  return hertz === 'not known' ? '' : ` ${(hertz / 1e9).toFixed(1)} GHz`
}

function list(texts: readonly string[]): string {
  return texts.join(', ')
}

function code(text: string): string {
  return `\`${text}\``
}

function byMemcpy(name: string): string {
  return `${code(name)} by memcpy`
}
