/**
 * The exploration as files: three pictures and one page that holds them, its tables and its caveats; needs no network.
 * before ./scatter, ./bars, ./heat, ./report
 */
import { bars } from './bars.js'
import { heat } from './heat.js'
import { type Exploration, paperShape } from './report.js'
import { scatter } from './scatter.js'
import { escapeText } from './svg.js'
import type { Candidate } from './sweep.js'

/** File name → text. */
export function drawExploration(exploration: Exploration): Record<string, string> {
  const { space, candidates, free, byK } = exploration
  const about = `W${space.bits}, activations ${space.activation}`
  const pictures = {
    'area-energy.svg': scatter(candidates, paperShape, `Shapes of M · N · K ≈ ${space.mnk}: ${about}`),
    'by-k.svg': bars(
      byK.map(({ name, candidates: each }) => ({ name, candidates: each })),
      `Columns per lookup: W${space.bits}, M · N · K ≈ ${space.mnk}`,
    ),
    'm-n.svg': heat(free, paperShape, space.mnk, `Area × energy over M and N: K = 4, ${about}`),
  }
  return { ...pictures, 'index.html': page(exploration, Object.values(pictures)) }
}

function page(exploration: Exploration, pictures: readonly string[]): string {
  const { space, candidates, composition, scaling, library } = exploration
  const shown = candidates.filter((each, i) => i < 12 || each.name === paperShape)
  const rows = shown.map((each) => tableRow(each, candidates, scaling))
  const checks = composition.map(
    ({ name, area, energy }) => `<tr><td>${escapeText(name)}</td>${percent(area.error)}${percent(energy.error)}</tr>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>LUT core: design space, modelled</title><style>${style}</style></head><body>
<h1>LUT core: design space</h1>
<p><strong>Modelled and simulated, not measured on a chip.</strong> Areas are cells of ${escapeText(library)} that yosys
mapped our Verilog to, without wires; energies are toggles of a zero-delay gate simulation, without clock tree or clock
gating. A shape is composed of its parts. Shapes are ranked by area × energy, both per multiply-accumulate of
${space.bits}-bit weights with ${escapeText(space.activation)} activations.</p>
<p>${escapeText(verdict(exploration))}</p>
<div class="plots">${pictures.join('\n')}</div>
<h2>The best shapes, and the paper's</h2>
<div class="wide"><table><thead><tr><th>place</th><th>shape</th><th>area<br>µm² per MAC</th><th>energy<br>pJ per MAC</th>
<th>product<br>over best</th><th>tables<br>bits a group</th><th>weights<br>bits a group</th><th>TOPS at 1 GHz</th>
<th>scaled<br>TOPS/mm²</th><th>scaled<br>TOPS/W</th></tr></thead><tbody>
${rows.join('\n')}</tbody></table></div>
<p>Scaled: to 28 nm. Those figures follow one rule and nothing else: ${escapeText(scaling.rule)}. Real libraries differ; compare ratios.</p>
<h2>How far the composition is off</h2>
<p>Whole arrays, synthesized flat, that no fit has seen; modelled over synthesized.</p>
<p>Shapes of one K differ by registers and shared selects only, so their order is firmer than the order of different K,
which may move by these errors.</p>
<div class="wide"><table><thead><tr><th>array</th><th>area</th><th>energy</th></tr></thead><tbody>
${checks.join('\n')}</tbody></table></div>
<p>No wires, so that a table that 64 elements share costs no more to broadcast than one that two share: long rows look
better here than they are. Memory outside the array is in none of these figures.</p>
</body></html>
`
}

function tableRow(each: Candidate, all: readonly Candidate[], scaling: { area: number; energy: number }): string {
  const { density, cost } = each
  const cells = [
    String(all.indexOf(each) + 1),
    each.name,
    density.area.toFixed(0),
    (1e12 * density.energy).toFixed(2),
    (each.product / all[0].product).toFixed(3),
    String(cost.operands.tables),
    String(cost.operands.weights),
    (density.operations / 1e12).toFixed(3),
    (density.operations / 1e12 / (cost.total.area * scaling.area * 1e-6)).toFixed(1),
    (2 / (density.energy * scaling.energy) / 1e12).toFixed(1),
  ]
  const marked = each.name === paperShape ? ' class="paper"' : ''
  return `<tr${marked}>${cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`
}

const percent = (error: number) => `<td>${error < 0 ? '−' : '+'}${Math.abs(100 * error).toFixed(1)} %</td>`

/** Where the paper's choices stand, in words. */
export function verdict({ paper, candidates, byK }: Exploration): string {
  const place = paper
    ? `${paper.name} is number ${paper.place} of ${candidates.length}, its area × energy ${(100 * paper.above).toFixed(1)} % above the best, ${candidates[0].name}.`
    : `The best is ${candidates[0].name}; ${paperShape} is not of this size.`
  const claims = byK.map(({ name, best, ratios }) => {
    const rival = best === 4 ? 5 : 4
    return `${name}: K = ${best} is best, K = ${rival} takes ${ratios[rival].toFixed(2)} × as much`
  })
  return `${place} ${claims.join('; ')}.`
}

const style = `:root { color-scheme: light dark } body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; padding: 0 1rem; background: #fff; color: #1c2024 }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start } .plots svg { max-width: 100%; height: auto }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums } th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap }
td:first-child, th:first-child { text-align: left } th { font-weight: 600; vertical-align: bottom } .paper { background: #2a9d6f33; font-weight: 600 }
@media (prefers-color-scheme: dark) { body { background: #16191d; color: #e6e8ea } }`
