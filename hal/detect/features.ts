/**
 * The ISA features of a machine, in Lutra's words.
 * takes  a reader, the cpuinfo records and the cores · gives  feature names and the vector width in bits
 * order  auxv (the kernel's own word) → cpuinfo (what all cores share) → the cores' names; macOS by sysctl
 */
import { type Reader, readNumber } from '../reader.js'
import { readHwcap } from './auxv.js'
import type { Core } from './cores.js'
import { commonWords, type Processor } from './cpuinfo.js'

/** feature: [cpuinfo words that must all be there, HWCAP bits, HWCAP2 bits, macOS FEAT_ name]. */
const arm64: Readonly<Record<string, readonly [string, readonly number[], readonly number[], string?]>> = {
  neon: ['asimd', [1], []],
  lse: ['atomics', [8], [], 'LSE'],
  fp16: ['fphp asimdhp', [9, 10], [], 'FP16'],
  dotprod: ['asimddp', [20], [], 'DotProd'],
  fhm: ['asimdfhm', [23], [], 'FHM'],
  sve: ['sve', [22], []],
  sve2: ['sve2', [], [1]],
  i8mm: ['i8mm', [], [13], 'I8MM'],
  bf16: ['bf16', [], [14], 'BF16'],
  sme: ['sme', [], [23], 'SME'],
  sme2: ['sme2', [], [37], 'SME2'],
}

/** 32-bit ARM: the same word means other bits. */
const arm: Readonly<Record<string, readonly [string, number]>> = {
  neon: ['neon', 12],
  vfpv4: ['vfpv4', 16],
  fp16: ['asimdhp', 23],
  dotprod: ['asimddp', 24],
  bf16: ['asimdbf16', 26],
  i8mm: ['i8mm', 27],
}

const x64: Readonly<Record<string, string>> = {
  ssse3: 'ssse3',
  'sse4.1': 'sse4_1',
  avx: 'avx',
  avx2: 'avx2',
  fma: 'fma',
  f16c: 'f16c',
  'avx-vnni': 'avx_vnni',
  avx512: 'avx512f avx512bw avx512dq avx512vl',
  'avx512-vbmi': 'avx512vbmi',
  'avx512-vnni': 'avx512_vnni',
  'avx512-bf16': 'avx512_bf16',
}

export function isaFeatures(
  reader: Reader,
  processors: readonly Processor[],
  cores: readonly (Core | undefined)[],
): readonly string[] {
  const own =
    reader.arch === 'arm64'
      ? arm64Features(reader, processors, cores)
      : reader.arch === 'arm'
        ? armFeatures(reader, processors)
        : reader.arch === 'x64'
          ? x64Features(reader, processors)
          : []
  // Long vectors are worth kernels of their own.
  const long = own.includes('sve') && simdBits(reader, own) >= 256 ? ['sve256'] : []
  return [...own, ...long, ...(reader.wasm ?? [])]
}

/** Vector register width in bits, 0 where there is none. SVE registers are as long as the kernel makes them. */
export function simdBits(reader: Reader, features: readonly string[]): number {
  if (features.includes('avx512')) return 512
  if (features.includes('avx2')) return 256
  if (features.includes('sve')) {
    const sve = 8 * (readNumber(reader, '/proc/sys/abi/sve_default_vector_length') ?? 0)
    return sve >= 128 && sve <= 2048 ? sve : 128
  }
  return features.includes('neon') || features.includes('wasm-simd128') || reader.arch === 'x64' ? 128 : 0
}

function arm64Features(reader: Reader, processors: readonly Processor[], cores: readonly (Core | undefined)[]) {
  if (reader.os === 'darwin')
    return pick(arm64, ([, , , feat], name) => {
      return name === 'neon' || (feat !== undefined && reader.sysctl?.(`hw.optional.arm.FEAT_${feat}`) === '1')
    })
  const auxv = readHwcap(reader)
  if (auxv) return pick(arm64, ([, bits, bits2]) => hasAll(auxv.hwcap, bits) && hasAll(auxv.hwcap2, bits2))
  const words = commonWords(processors, 'Features')
  if (words.size) return pick(arm64, ([wanted]) => wanted.split(' ').every((word) => words.has(word)))
  const known = cores.map((core) => core?.features ?? [])
  const shared = known.length ? known.reduce((a, b) => a.filter((feature) => b.includes(feature))) : []
  return ['neon', ...shared] // every 64-bit ARM that runs Node has NEON
}

function armFeatures(reader: Reader, processors: readonly Processor[]) {
  const auxv = readHwcap(reader)
  if (auxv) return pick(arm, ([, bit]) => hasAll(auxv.hwcap, [bit]))
  const words = commonWords(processors, 'Features')
  return pick(arm, ([word]) => words.has(word))
}

function x64Features(reader: Reader, processors: readonly Processor[]) {
  const words =
    reader.os === 'darwin'
      ? new Set(
          ['features', 'leaf7_features']
            .flatMap((name) => reader.sysctl?.(`machdep.cpu.${name}`)?.toLowerCase().split(/\s+/) ?? [])
            .map((word) => (word === 'avx1.0' ? 'avx' : word.replace('sse4.', 'sse4_'))),
        )
      : commonWords(processors, 'flags')
  return pick(x64, (wanted) => wanted.split(' ').every((word) => words.has(word)))
}

function hasAll(mask: bigint, bits: readonly number[]): boolean {
  return bits.every((bit) => (mask >> BigInt(bit)) & 1n)
}

function pick<T>(table: Readonly<Record<string, T>>, test: (entry: T, name: string) => boolean): string[] {
  return Object.entries(table).flatMap(([name, entry]) => (test(entry, name) ? name : []))
}
