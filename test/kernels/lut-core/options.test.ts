/** What users say about the core, strictly; what boards declare; both give one checked config. */
import { describe, expect, it } from 'vitest'
import { simulatedLut } from '../../../boards/index.js'
import { coreOf, lutOf } from '../../../kernels/lut-core/capability.js'
import { allIdeas, m2n64k4 } from '../../../kernels/lut-core/config.js'
import { coreOptions } from '../../../kernels/lut-core/options.js'

describe('options of the core', () => {
  it('are the paper when nothing is said, and change what they name', () => {
    expect(coreOptions(undefined)).toEqual({ config: m2n64k4, execution: 'fast' })
    const text = 'm=4, n=32,k=5,weights=1-4,accumulator=24,hertz=5e8,dram=51.2e9,latency=8e-8,sram=65536,port=32'
    expect(coreOptions(`${text},execution=programs`)).toEqual({
      config: {
        ...m2n64k4,
        ...{ m: 4, n: 32, k: 5, weightBits: [1, 2, 3, 4], tableBits: 11, accumulatorBits: 24, hertz: 5e8 },
        memory: { dramBytesPerSecond: 51.2e9, dramLatency: 8e-8, sramBytes: 65536, sramBytesPerCycle: 32 },
      },
      execution: 'programs',
    })
    expect(coreOptions('weights=1+2+4').config.weightBits).toEqual([1, 2, 4])
  })

  it('are the same as text and as an object', () => {
    const object = { m: 1, k: 3, table: 'shift:6', negation: false, activation: 'i16' }
    expect(coreOptions(object)).toEqual(coreOptions('m=1,k=3,table=shift:6,negation=off,activation=i16'))
  })

  it.each([
    ['activation=i16', 'exact', 18],
    ['k=2', 'exact', 9],
    ['table=exact:12', 'exact', 12],
    ['table=shift', 'shift', 8],
    ['table=scale:6', 'scale', 6],
    ['activation=f16', 'float', 16],
    ['activation=e4m3,table=shift:7', 'shift', 7],
  ])('%s: tables are %s, %i bits', (wish, tableMode, tableBits) => {
    expect(coreOptions(wish).config).toMatchObject({ tableMode, tableBits })
  })

  it('take along what cannot be without an idea that is off, unless it was asked for', () => {
    const off = (wish: string) => coreOptions(wish).config.ideas
    expect(off('symmetrization=off')).toEqual({ ...allIdeas, symmetrization: false, negationElimination: false })
    expect(off('reinterpretation=off,precompute=off')).toEqual({
      reinterpretation: false,
      symmetrization: false,
      negationElimination: false,
      fusedPrecompute: false,
    })
    expect(() => off('symmetrization=off,negation=on')).toThrow(/Expected symmetrization where there is negation/)
  })

  it.each([
    ['', 'key=value'],
    ['m', 'key=value'],
    ['=2', 'key=value'],
    ['m=2,,n=64', 'key=value'],
    ['width=2', 'a key of the LUT core among m, n, k'],
    ['__proto__=2', 'a key'],
    ['m=2,m=2', 'm of the LUT core once'],
    ['m=0', 'm of the LUT core to be a number from 1 to 64'],
    ['m=2.5', 'M to be a whole number'],
    ['m=', 'm of the LUT core'],
    ['m=0x2', 'm of the LUT core'],
    ['n=1e9', 'n of the LUT core'],
    ['k=7', 'k of the LUT core'],
    ['hertz=fast', 'hertz of the LUT core'],
    ['activation=f32', 'one of i8, i16, e4m3, e5m2, f16'],
    ['table=round', 'one of exact, shift, scale, float'],
    ['table=shift:8:9', 'a mode and a width'],
    ['table=shift:99', 'table of the LUT core'],
    ['table=exact:8', 'Expected 10 table bits or more'],
    ['activation=f16,table=exact', 'Expected table mode shift, scale or float'],
    ['table=shift,precompute=off', 'fused precompute'],
    ['weights=0', 'weights of the LUT core'],
    ['weights=4-1', 'weights of the LUT core'],
    ['weights=2+2', 'weights of the LUT core'],
    ['symmetrization=maybe', 'symmetrization of the LUT core'],
    ['execution=silicon', 'one of fast, programs, rtl'],
    [7, 'as text or an object'],
    [[1], 'as text or an object'],
    [null, 'as text or an object'],
    [{ m: {} }, 'm of the LUT core'],
  ])('%j is a mismatch that names what is wrong', (wish, message) => {
    let error: unknown
    try {
      coreOptions(wish)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: 'LutraError', kind: 'mismatch', message: expect.stringContaining(message) })
  })

  it('stay short in errors, whatever was sent', () => {
    expect(() => coreOptions(`${'x'.repeat(1e6)}=1`)).toThrow(/^.{1,300}$/)
    expect(() => coreOptions(`m=${'9'.repeat(1e6)}`)).toThrow(/^.{1,300}$/)
  })
})

describe('the capability', () => {
  it('of the simulated board is the core of the paper', () => {
    expect(coreOf(simulatedLut.luts[0])).toEqual(m2n64k4)
  })

  it('and a config are the same thing', () => {
    for (const wish of [undefined, 'm=4,k=3,activation=f16', 'symmetrization=off,weights=2,table=scale:7,hertz=2e8']) {
      const { config } = coreOptions(wish)
      const lut = lutOf(config, 'test')
      expect(coreOf(lut)).toEqual(config)
      expect(lut).toMatchObject({ simulated: true, declaredBy: 'test', array: [config.m, config.n, config.k] })
    }
    expect(coreOptions('m=1', coreOf({ ...simulatedLut.luts[0], hertz: 7e8 })).config).toMatchObject({
      m: 1,
      hertz: 7e8,
    })
  })

  it('that is no core is refused', () => {
    const lut = simulatedLut.luts[0]
    expect(() => coreOf({ ...lut, activations: ['i9'] })).toThrow(/activations of lut-core M2N64K4 among i8/)
    expect(() => coreOf({ ...lut, activations: [] })).toThrow(/activations/)
    expect(() => coreOf({ ...lut, tableMode: 'none' })).toThrow(/table mode/)
    expect(() => coreOf({ ...lut, array: [0, 64, 4] })).toThrow(/Expected M/)
  })
})

describe('a core', () => {
  it.each([
    [{ weightBits: [] }, /Expected weight bits but found none/],
    [{ hertz: 0 }, /Expected hertz to be a number above 0 but found 0/],
    [{ memory: { ...m2n64k4.memory, dramBytesPerSecond: Number.NaN } }, /dramBytesPerSecond .* found NaN/],
    [{ memory: { ...m2n64k4.memory, sramBytesPerCycle: 0 } }, /sramBytesPerCycle .* found 0/],
  ])('%j makes no sense, whoever declares it', (change, message) => {
    expect(() => coreOf(lutOf({ ...m2n64k4, ...change }, 'a board'))).toThrow(message)
  })
})
