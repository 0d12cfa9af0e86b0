/** Sums go into the linear before them, only where nothing else wants what is lost. */
import { describe, expect, it } from 'vitest'
import type { SharedOp } from '../../../kernels/graph/rewrite.js'
import { fuseNorms, fuseResiduals } from '../../../kernels/wasm/fuse.js'

const linear = (from: string, out: string): SharedOp => ({
  op: 'linears',
  in: from,
  mode: 'float',
  to: [{ weight: 'w', out }],
})
const add = (a: string, b: string, out: string): SharedOp => ({ op: 'add', a, b, out })
const norm = (from: string, out: string): SharedOp => ({ op: 'norm', in: from, weight: 'g', out, eps: 1e-5 })
const none = new Set<string>()
const fused = (from: string, out: string, residual: string) => ({
  ...linear(from, out),
  to: [{ weight: 'w', out, residual }],
})

describe('a sum after a linear', () => {
  it('goes into it, on either side of the plus', () => {
    expect(fuseResiduals([linear('h', 't'), add('x', 't', 'x')], none)).toEqual([fused('h', 'x', 'x')])
    expect(fuseResiduals([linear('h', 't'), add('t', 'x', 'y')], none)).toEqual([fused('h', 'y', 'x')])
    expect(fuseResiduals([linear('h', 't'), add('x', 't', 't')], new Set(['t']))).toEqual([fused('h', 't', 'x')])
  })

  it('stays where the linear alone is read later', () => {
    const read = [linear('h', 't'), add('x', 't', 'x'), norm('t', 'h')]
    expect(fuseResiduals(read, none)).toEqual(read)
    const left = [linear('h', 't'), add('x', 't', 'x')]
    expect(fuseResiduals(left, new Set(['t']))).toEqual(left)
    const rewritten = [linear('h', 't'), add('x', 't', 'x'), norm('x', 't'), norm('t', 'h')]
    expect(fuseResiduals(rewritten, none)).toEqual([fused('h', 'x', 'x'), ...rewritten.slice(2)])
  })

  it('stays where it is another sum, or would be written over what the linear reads', () => {
    for (const ops of [
      [linear('h', 't'), add('x', 'y', 'x')],
      [linear('h', 't'), add('t', 't', 'x')],
      [linear('h', 't'), add('x', 't', 'h')],
      [linear('h', 't'), norm('t', 'u'), add('x', 't', 'x')],
    ])
      expect(fuseResiduals(ops, none)).toEqual(ops)
  })

  it('stays where several matrices share the input', () => {
    const two: SharedOp = {
      op: 'linears',
      in: 'h',
      mode: 'float',
      to: [
        { weight: 'v', out: 's' },
        { weight: 'w', out: 't' },
      ],
    }
    expect(fuseResiduals([two, add('x', 't', 'x')], none)).toEqual([two, add('x', 't', 'x')])
  })

  it('takes a norm of whole rows into the linears that read it next, and leaves others', () => {
    const norm = (from: string, out: string, heads?: number) =>
      ({ op: 'norm', in: from, weight: 'g', out, eps: 1e-5, ...(heads ? { heads } : {}) }) as const
    const linears = { op: 'linears', in: 'h', mode: 'float', to: [{ weight: 'w', out: 't' }] } as const
    const taken = { ...linears, norm: { in: 'x', weight: 'g', eps: 1e-5 } }
    expect(fuseNorms([norm('x', 'h'), linears])).toEqual([taken])
    expect(fuseNorms([norm('x', 'h'), linears, linears])).toEqual([taken, linears])
    for (const ops of [
      [norm('x', 'h', 2), linears],
      [norm('x', 'y'), linears],
      [norm('x', 'h'), add('x', 't', 'x'), linears],
    ])
      expect(fuseNorms(ops)).toEqual(ops)
  })
})
