/** Liberty files and the functions in them: what is right is read, what is not is a LutraError and no crash. */
import { describe, expect, it } from 'vitest'
import { LutraError } from '../../../../hal/error.js'
import { readCells } from '../../../../kernels/lut-core/synthesis/cells.js'
import { parseLiberty } from '../../../../kernels/lut-core/synthesis/liberty.js'
import { parseLogic } from '../../../../kernels/lut-core/synthesis/logic.js'
import { random } from '../rtl/vectors.js'

const small = `/* two cells */
library(small) {
  nom_voltage : 1.8; leakage_power_unit : "1nW"; capacitive_load_unit (1,pf);
  cell (NAND2X1) {
    area : 24; cell_leakage_power : 0.5;
    pin(A) { direction : input; capacitance : 0.01; }
    pin(B) { direction : input; capacitance : 0.02; }
    pin(Y) { direction : output; function : "(!(A B))";
      internal_power() { related_pin : "A";
        rise_power(t) { index_1 ("0.01, 0.03"); index_2 ("0.06, 0.18"); values ( "1, 2", \\
          "3, 4"); }
        fall_power(t) { index_1 ("0.01, 0.03"); index_2 ("0.06, 0.18"); values ("5, 6", "7, 8"); } } }
  }
  cell (DFF) { area : 96;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CLK"; }
    pin(CLK) { direction : input; capacitance : 0.03; } pin(D) { direction : input; capacitance : 0.01; }
    pin(Q) { direction : output; function : "IQ"; } }
}
`

describe('liberty', () => {
  it('cells have area, leakage, loads, functions and energy at the nearest load and slew', () => {
    const { volts, cells } = readCells(small)
    const nand = cells.get('NAND2X1')!
    expect(volts).toBe(1.8)
    expect(nand.area).toBe(24)
    expect(nand.leakage).toBeCloseTo(0.5e-9, 15)
    expect(nand.pins.get('B')).toMatchObject({ input: true, capacitance: 0.02e-12 })
    expect([...nand.pins.get('Y')!.logic!.table]).toEqual([1, 1, 1, 0])
    expect(nand.pins.get('Y')!.spends(0.012e-12)).toBeCloseTo(4e-12, 15)
    expect(nand.pins.get('Y')!.spends(1e-12)).toBeCloseTo(6e-12, 15)
    expect(cells.get('DFF')!.flipFlop).toEqual({ clock: 'CLK', data: 'D', output: 'Q' })
  })

  it.each([
    ['A B + !C', (a: number, b: number, c: number) => (a & b) | (1 - c)],
    ["(A^B)'*C", (a: number, b: number, c: number) => (1 ^ a ^ b) & c],
    ['!(A B)^C', (a: number, b: number, c: number) => (1 - (a & b)) ^ c],
  ] as const)('function %s', (written, wanted) => {
    const { pins, table } = parseLogic(written)
    expect(pins).toEqual(['A', 'B', 'C'])
    for (let i = 0; i < 8; i++) expect(table[i]).toBe(wanted(i & 1, (i >> 1) & 1, i >> 2))
  })

  it.each(['', '(', 'A +', 'A)', '!', '2', 'A & & B', `${'('.repeat(2000)}A`])(
    'function "%s" is refused',
    (written) => {
      expect(() => parseLogic(written)).toThrow(LutraError)
    },
  )

  it.each(['', 'library', 'library(a', 'cell(a) {}', 'library(a) { "', `library(a) ${'{ b() '.repeat(50)}`])(
    'text "%s" is refused',
    (text) => expect(() => parseLiberty(text)).toThrow(LutraError),
  )

  it('bent text is read or refused, and never anything else', () => {
    const next = random(9)
    const alphabet = '(){}:;,"\\/* \n!^+AB01library'
    let refused = 0
    for (let round = 0; round < 2000; round++) {
      const bytes = [...small]
      for (let i = 0; i < 1 + (round % 4); i++)
        bytes.splice(
          Math.floor(next() * bytes.length),
          Math.floor(next() * 3),
          alphabet[Math.floor(next() * alphabet.length)],
        )
      try {
        readCells(bytes.join(''))
      } catch (error) {
        if (!(error instanceof LutraError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(200)
  })
})
