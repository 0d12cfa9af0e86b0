/** The engines that this page holds, by name, for ../../browser.mjs to call: open(job) → { decode(tokens) → tokens/s, close() }. */
import * as lutra from './lutra.mjs'
import * as wllama from './wllama.mjs'

const engines = { lutra, wllama }
const opened = new Map()

globalThis.bench = {
  isolated: globalThis.crossOriginIsolated,
  async open(name, job) {
    const found = await engines[name].open(job)
    opened.set(name, found)
    return found.about
  },
  decode: (name, tokens) => opened.get(name).decode(tokens),
  close: (name) => opened.get(name).close(),
}
