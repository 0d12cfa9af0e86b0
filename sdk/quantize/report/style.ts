/** How the report looks: light and dark by the reader's wish, readable in print. after ./page */
export const style = `
:root { color-scheme: light dark; --back: #fff; --fore: #1b1b1f; --soft: #5d5d66; --line: #d9d9de; --card: #f5f5f7; --bar: #2f6fb3; --box: #9dbfe0; --mark: #b3402f; }
@media (prefers-color-scheme: dark) { :root { --back: #17171a; --fore: #e9e9ec; --soft: #a2a2ab; --line: #3a3a40; --card: #212125; --bar: #6ea8e0; --box: #345a80; --mark: #e58a78; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--back); color: var(--fore); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .6rem; }
dl > div { background: var(--card); padding: .5rem .7rem; border-radius: .4rem; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
.wide { overflow-x: auto; } .soft { color: var(--soft); } details { border-bottom: 1px solid var(--line); padding: .3rem 0; } summary { cursor: pointer; }
.charts { display: flex; flex-wrap: wrap; gap: 1.2rem; } figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--fore); font: 11px system-ui, sans-serif; } .bar { fill: var(--bar); } .box { fill: var(--box); } .axis { stroke: var(--soft); } .mark { stroke: var(--mark); stroke-width: 2; }
.second { stroke: var(--mark); } .first { stroke: var(--bar); } polyline { fill: none; stroke-width: 1.6; }
@media print { details { break-inside: avoid; } }
`
