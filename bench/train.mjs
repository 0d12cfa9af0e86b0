/**
 * How many tokens a second a training step (forward, backward, AdamW) takes in, for about 1 and 2.6 million parameters.
 * Run after `npm run build`: node bench/train.mjs [--threads 2] [--isa avx512] [--seconds 4]
 */
import { createTrainer } from '../dist/kernels/native/train.js'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}
const threads = Number(option('threads', 2))
const isa = option('isa', undefined)
const seconds = Number(option('seconds', 4))
const sizes = [
  { vocab: 512, dim: 160, hidden: 320, layers: 4, heads: 4 },
  { vocab: 1024, dim: 256, hidden: 512, layers: 4, heads: 4 },
]

function batch(vocab, tokensWanted) {
  const tokens = []
  const targets = []
  const seqStarts = [0]
  for (let n = 0; tokens.length < tokensWanted; n++) {
    const length = 60 + ((n * 37) % 80)
    for (let i = 0; i < length; i++) {
      tokens.push((n * 7919 + i * i * 31 + i * 17) % vocab)
      targets.push(i < length / 2 ? -1 : (n * 7919 + (i + 1) * (i + 1) * 31 + (i + 1) * 17) % vocab)
    }
    seqStarts.push(tokens.length)
  }
  return { tokens: Int32Array.from(tokens), seqStarts: Int32Array.from(seqStarts), targets: Int32Array.from(targets) }
}

for (const size of sizes) {
  const trainer = createTrainer({ ...size, threads, ...(isa ? { isa } : {}) })
  const parameters = trainer.parameters().reduce((sum, p) => sum + p.rows * p.cols, 0)
  const linears = trainer.parameters().reduce((sum, p) => sum + (p.kind === 'linear' ? p.rows * p.cols : 0), 0)
  const b = batch(size.vocab, 4096)
  await trainer.step(b, { lr: 1e-3, clip: 1 })
  const times = []
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const start = performance.now()
    await trainer.step(b, { lr: 1e-3, clip: 1 })
    times.push(performance.now() - start)
  }
  times.sort((x, y) => x - y)
  const rate = (ms) => Math.round((b.tokens.length / ms) * 1000)
  const median = times[times.length >> 1]
  console.log(
    `${(parameters / 1e6).toFixed(2)} M parameters (${JSON.stringify(size)}), ${b.tokens.length} tokens, ${threads} threads, ${trainer.isa}: ` +
      `median ${rate(median)} tokens/s, best ${rate(times[0])}; linears ${((6 * linears * b.tokens.length) / median / 1e6).toFixed(0)} GFLOP/s`,
  )
}
