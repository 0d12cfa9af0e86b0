/** The forward that calibration runs is the model's own: what an engine gives, rounded activations included. */
import { afterAll, describe, expect, it } from 'vitest'
import { tsLinearAlgebra } from '../../../../kernels/ts/linear-algebra.js'
import { forward } from '../../../../sdk/quantize/calibrate/forward.js'
import { linearInput } from '../../../../sdk/quantize/calibrate/linear-input.js'
import { Live } from '../../../../sdk/quantize/calibrate/live.js'
import { variants } from '../../model/arch/random-model.js'
import { closeEngine, logitsOf } from '../../model/same-logits.js'
import { randomWeights, written } from '../transform/models.js'

afterAll(closeEngine)

const ids = Int32Array.from([1, 5, 9, 20, 31, 7, 2])

describe('the forward of calibration', () => {
  it.each(['llama', 'gemma3', 'bitnet-b1.58'])('of %s gives what an engine gives', async (name) => {
    const model = randomWeights({ ...variants[name], layers: 2 })
    const live = await forward({ model, algebra: tsLinearAlgebra() }, [ids])
    const [found, wanted] = [live.get('logits'), await logitsOf(await written(model), [...ids])]
    const size = Math.sqrt(wanted.reduce((sum, x) => sum + x * x, 0) / wanted.length)
    // A sum in another order may put an activation on the other side of a half.
    const most = name === 'bitnet-b1.58' ? 0.02 : 1e-4
    const apart = found.reduce((worst, x, i) => Math.max(worst, Math.abs(x - wanted[i])), 0)
    expect(apart).toBeLessThan(most * size)
  })

  it('an int8 linear reads 255 steps a token, of its largest magnitude; another one the buffer itself', async () => {
    const live = new Live([Int32Array.from([1, 2])])
    live.put('n', 3).set([1, -0.5, 0.004, 200, 3, -1])
    expect(await linearInput({ in: 'n', mode: 'float' }, live)).toBe(live.get('n'))
    const rounded = await linearInput({ in: 'n', mode: 'int8' }, live)
    const [a, b] = [1 / 127, 200 / 127]
    const wanted = [127 * a, -64 * a, 1 * a, 127 * b, 2 * b, -1 * b]
    for (const [i, x] of wanted.entries()) expect(rounded[i]).toBeCloseTo(x, 4)
    expect(live.get('n')[1]).toBe(-0.5)
  })
})
