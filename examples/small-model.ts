/**
 * A smaller model of one's own, and what it lost: quantizes a float model with a text, then compares both on another text.
 * takes  node dist/examples/small-model.js MODEL CALIBRATION.txt OTHER.txt [Q4_0]
 * board  any with memory for one layer in float32
 */
import { readFileSync } from 'node:fs'
import { open } from '../sdk/index.js'
import { quantize } from '../sdk/quantize/index.js'

const [input, calibration, other, type = 'Q4_0'] = process.argv.slice(2)
if (other === undefined) {
  process.exitCode = 2
  console.error('usage: node dist/examples/small-model.js MODEL CALIBRATION.txt OTHER.txt [TYPE]')
  console.error(
    'MODEL is a float model (GGUF, safetensors folder, llama2.c); the texts are plain English, some 100 kB each.',
  )
} else {
  const output = `small-${type}.gguf`
  const { bytes, bitsPerWeight, layers, seconds } = await quantize(input, output, {
    type,
    calibration: readFileSync(calibration, 'utf8'),
    onLayer: ({ name, error }, done, all) => console.log(`${done}/${all} ${name} loses ${(100 * error).toFixed(2)} %`),
  })
  console.log(
    `${output}: ${bytes} bytes, ${bitsPerWeight.toFixed(2)} bits a weight, ${layers.length} matrices, ${seconds.toFixed(1)} s`,
  )

  const [small, reference] = [await open(output), await open(input)]
  const { perplexity, kld = 0, sameTop = 0 } = await small.score(readFileSync(other, 'utf8'), { reference })
  console.log(
    `perplexity ${perplexity.toFixed(3)}, mean divergence ${kld.toFixed(5)}, same word ${(100 * sameTop).toFixed(1)} %`,
  )
  await Promise.all([small.close(), reference.close()])
}
