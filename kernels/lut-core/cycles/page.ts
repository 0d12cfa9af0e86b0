/**
 * A trace as one page that needs nothing else: facts, the whole run as an overview, and a timeline to zoom into. Readable in
 * the light and in the dark.
 * takes  Trace · gives  HTML
 * before ./trace, ./page-script
 */
import { pageScript } from './page-script.js'
import { boundIs, bytesText, percent, timeText } from './picture.js'
import { type Timing, type Unit, units } from './timing.js'
import type { Trace, TracePart } from './trace.js'

export function tracePage(trace: Trace): string {
  const title = trace.parts.length === 1 ? trace.parts[0].title : `${trace.parts.length} linears, one of each`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LUT core, simulated: ${markup(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${markup(title)}</h1>
<p>LUT core ${markup(trace.core)} at ${trace.hertz / 1e6} MHz, <strong>simulated</strong> in cycles; not a measurement of hardware</p>
</header>
<dl>${facts(trace)}</dl>
<section aria-label="timeline">
<nav>
<button type="button" id="in" title="Zoom in (+)">+</button>
<button type="button" id="out" title="Zoom out (-)">&minus;</button>
<button type="button" id="left" title="Earlier (arrow left)">&larr;</button>
<button type="button" id="right" title="Later (arrow right)">&rarr;</button>
<button type="button" id="all" title="Everything (0)">all</button>
<output id="where"></output>
</nav>
<svg id="overview" role="img" aria-label="The whole run; drag to choose a part"></svg>
<svg id="detail" role="img" aria-label="The chosen part; wheel to zoom, drag to move"></svg>
<p id="span" aria-live="polite">&nbsp;</p>
</section>
${table(trace)}
<script type="application/json" id="data">${data(trace)}</script>
<script>${pageScript}</script>
</body>
</html>
`
}

function facts({ cycles, hertz, parts }: Trace): string {
  const sum = (of: (timing: Timing) => number): number => parts.reduce((all, { timing }) => all + of(timing), 0)
  const seconds = cycles / hertz
  const most = units.reduce((a, b) => (sum((t) => t.busy[b]) > sum((t) => t.busy[a]) ? b : a))
  const dram = sum((t) => t.bytes.dram)
  const rows: [string, string][] = [
    ['time', timeText(seconds)],
    ['cycles', String(cycles)],
    ['bound by', boundIs[most]],
    ['array busy', percent(sum((t) => t.busy.array) / cycles)],
    ['slots used', percent(sum((t) => t.lookups) / sum((t) => t.slots))],
    ['over DRAM', bytesText(dram)],
    ['DRAM rate', `${bytesText(dram / seconds)}/s`],
  ]
  return rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${markup(value)}</dd></div>`).join('')
}

function table({ parts, hertz }: Trace): string {
  const share =
    (unit: Unit) =>
    ({ timing }: TracePart) =>
      percent(timing.busy[unit] / timing.cycles)
  const columns: [string, (part: TracePart) => string][] = [
    ['linear', ({ title }) => title],
    ['time', ({ timing }) => timeText(timing.cycles / hertz)],
    ...units.map((unit): [string, (part: TracePart) => string] => [unit, share(unit)]),
    ['DRAM', ({ timing }) => bytesText(timing.bytes.dram)],
    ['bound by', ({ timing }) => boundIs[timing.bound]],
  ]
  const head = columns.map(([name]) => `<th scope="col">${name}</th>`).join('')
  const rows = parts.map((part) => `<tr>${columns.map(([, of]) => `<td>${markup(of(part))}</td>`).join('')}</tr>`)
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

/** Numbers only where there are many: for each unit start, length and label of its spans, one after another. */
function data({ hertz, cycles, parts, spans, spansUntil, bin, occupancy }: Trace): string {
  const labels = [...new Set(spans.map(({ label }) => label))]
  const place = new Map(labels.map((label, i) => [label, i]))
  const lanes = units.map((unit) => ({
    unit,
    spans: spans
      .filter((span) => span.unit === unit)
      .flatMap(({ start, end, label }) => [start, end - start, place.get(label)!]),
    occupancy: occupancy[unit].map((share) => Number(share.toFixed(4))),
  }))
  const named = parts.map(({ title, start, end }) => ({ title, start, end }))
  return JSON.stringify({ hertz, cycles, parts: named, labels, lanes, spansUntil, bin }).replaceAll('<', '\\u003c')
}

function markup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const style = `
:root { color-scheme: light dark; --paper: #fbfbf9; --ink: #1d2126; --soft: #5d656e; --line: #d9dcdf; --card: #fff;
  --dma: #3a6ea5; --load: #2f8f83; --array: #c2571a; --store: #8a5a9e; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e8eaec; --soft: #9aa3ac; --line: #31373d; --card: #1d2125;
  --dma: #6aa3dc; --load: #4fb8aa; --array: #ee8a4c; --store: #bd8ed2; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.45rem; font-weight: 600; }
header p { margin: 4px 0 20px; color: var(--soft); }
header strong { color: var(--ink); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 12px; margin: 0 0 20px; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
dt { color: var(--soft); font-size: .8rem; }
dd { margin: 0; font-size: 1rem; font-variant-numeric: tabular-nums; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
nav { display: flex; gap: 6px; align-items: center; margin-bottom: 8px; }
button { min-width: 34px; padding: 4px 10px; font: inherit; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
button:focus-visible, svg:focus-visible { outline: 2px solid var(--dma); outline-offset: 1px; }
output { margin-left: auto; color: var(--soft); font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; touch-action: none; user-select: none; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .soft { fill: var(--soft); }
svg .grid { stroke: var(--line); }
svg .inside { fill: var(--card); pointer-events: none; }
svg .window { fill: var(--ink); fill-opacity: .08; stroke: var(--soft); }
svg .dma { fill: var(--dma); } svg .load { fill: var(--load); } svg .array { fill: var(--array); } svg .store { fill: var(--store); }
#overview { margin-bottom: 10px; cursor: crosshair; }
#detail { cursor: grab; }
#span { margin: 6px 0 0; min-height: 1.5em; color: var(--soft); font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; margin-top: 20px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px 6px 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
`
