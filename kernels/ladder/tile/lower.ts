/**
 * A candidate as a tTile-graph: Ladder's schedule written out, from which the packing comes.
 * takes  problem, Candidate, its layout · gives  TGraph; and of one, the Packing
 * before ./graph, ../schedule · after ../linear, reports
 */
import type { Candidate, Problem } from '../schedule/candidates.js'
import { valuesOf } from '../type/evaluate.js'
import type { TType } from '../type/ttype.js'
import type { Primitive, Step, TGraph } from './graph.js'
import type { Layout } from './layout.js'
import type { Packing } from './pack.js'

export function lowerLinear(problem: Problem, { core, convert, alignment }: Candidate, layout: Layout): TGraph {
  const { type, rows, cols, tokens, activations } = problem
  const { group, padded, panel } = alignment
  const element =
    core.weights.kind === 'planes' ? 'bit planes' : core.weights.kind === 'float' ? 'f32' : `i${core.lane}`
  const offline = (primitive: Primitive): Step => ({ at: 'offline', primitive })
  const whole = core.activations === 'i8'
  return {
    weights: {
      from: { rows, columns: cols, type: type.name, bits: type.bits },
      steps: [
        ...(convert.recode
          ? [offline({ op: 'convert', to: `u${convert.bits}`, bits: convert.bits, recode: convert.recode })]
          : []),
        offline({ op: 'pad', rows: layout.tileRows, group, padded: padded ?? layout.unit * type.lanes }),
        offline({ op: 'slice', rows: layout.tileRows, columns: layout.unit * type.lanes }),
        offline({ op: 'map', layout }),
        ...(convert.at === 'offline' && convert.bits === core.lane
          ? []
          : [
              {
                at: convert.at === 'offline' ? 'register' : convert.at,
                primitive: { op: 'convert', to: element, bits: core.lane },
              } as const,
            ]),
      ],
    },
    activations: {
      from: {
        rows: tokens,
        columns: cols,
        type: activations === 'int8' ? 'i8' : 'f32',
        bits: activations === 'int8' ? 8 : 32,
      },
      steps: [
        { at: 'memory', primitive: { op: 'pad', rows: 1, group, padded: padded ?? layout.unit * type.lanes } },
        ...(whole && activations === 'float'
          ? [{ at: 'memory', primitive: { op: 'convert', to: `i8, a scale for ${panel} columns`, bits: 8 } } as const]
          : []),
        ...(core.weights.kind === 'planes'
          ? [{ at: 'memory', primitive: { op: 'convert', to: 'tables of four columns', bits: 32 } } as const]
          : []),
      ],
    },
    core: { name: core.name, ...core.tile },
    epilogue: [
      ...(convert.lowest !== 0 || convert.step !== 1
        ? [`step ${convert.step}, plus ${convert.lowest} times the inputs' sum`]
        : []),
      ...(type.scaled ? ['scale of weights and inputs'] : whole ? ['scale of inputs'] : []),
      ...(type.shifted ? ["minimum times the inputs' sum"] : []),
      'bias, residual',
    ],
  }
}

/** The offline part of a graph's weights as the packer takes it. */
export function packingOf(graph: TGraph, type: TType, { convert }: Candidate): Packing {
  const offline = graph.weights.steps.filter(({ at }) => at === 'offline').map(({ primitive }) => primitive)
  const find = <O extends Primitive['op']>(op: O) =>
    offline.find((each): each is Extract<Primitive, { op: O }> => each.op === op)
  const pad = find('pad')
  const map = find('map')
  if (!pad || !map) throw new Error('a graph of weights without pad and map')
  const { lanes } = type
  return {
    layout: map.layout,
    ...(pad.group === undefined ? {} : { group: pad.group / lanes, padded: pad.padded / lanes }),
    // A factor needs a scale to be in.
    scaled: type.scaled || convert.factor !== 1,
    shifted: type.shifted,
    factor: convert.factor,
    recode: find('convert')?.recode,
    head: convert.at === 'memory' ? new Uint8Array(valuesOf(type).buffer) : undefined,
  }
}
