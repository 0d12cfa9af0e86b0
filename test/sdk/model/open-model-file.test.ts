/** The one door: what it takes for a model, and what it says about everything else. */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openModelFile } from '../../../sdk/model/open-model-file.js'
import { f16, f32, folder, i32, removeFolders, safetensors, withHeader } from './hub-folder.js'
import { configOf, hubModel, kinds } from './hub-models.js'

afterAll(removeFolders)

const model = hubModel(kinds[0], 1)
const config = configOf(kinds[0])
const bytes = safetensors(model.parts)
const zip = Buffer.from('PK\x03\x04 model/data.pkl')

const refused = (path: string, kind: string, message: RegExp) =>
  expect(openModelFile(path)).rejects.toMatchObject({
    name: 'LutraError',
    kind,
    message: expect.stringMatching(message),
  })

describe('files', () => {
  it.each([
    ['a pickle', [0x80, 2, 0x7d, 0x71], 'unsupported', /pickle.*could run code.*safetensors or GGUF/],
    ['a torch zip', zip, 'unsupported', /zip archive/],
    ['GGML of old', 'tjgg\x03\0\0\0\0\x7d\0\0', 'unsupported', /ggjt.*take the model as GGUF/],
    ['ONNX', '\x08\x08\x12\x07pytorch\x1a\x05', 'unsupported', /ONNX/],
    ['TensorFlow Lite', '\x1c\0\0\0TFL3\x14\0', 'unsupported', /TensorFlow Lite/],
    ['gzip', [0x1f, 0x8b, 8, 0], 'unsupported', /gzip.*unpack/],
    ['a web page', '<!DOCTYPE html><html><head>', 'format', /web page/],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n',
      'format',
      /git lfs pull/,
    ],
    ['JSON', '{"architectures": []}', 'unsupported', /JSON.*folder/],
    ['nothing', '', 'format', /is empty/],
    ['noise', 'QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ', 'format', /begins with "QQQQQQQQ"/],
  ])('%s is named', async (_, content, kind, message) => {
    const data = typeof content === 'string' ? Buffer.from(content, 'latin1') : Uint8Array.from(content)
    await refused(join(folder({ 'model.bin': data }), 'model.bin'), kind, message)
  })

  it('what is not there', async () => {
    await refused(join(folder({}), 'none'), 'io', /no such file or folder/)
  })

  it('contents decide, not names', async () => {
    const path = folder({ 'config.json': config, 'weights.bin': bytes })
    expect((await openModelFile(join(path, 'weights.bin'))).tensors.size).toBe(model.parts.length)
  })
})

describe('folders', () => {
  it('texts of the tokenizer come along', async () => {
    const path = folder({
      'config.json': config,
      'model.safetensors': bytes,
      'tokenizer.json': { a: 1 },
      'README.md': 'x',
    })
    const { texts } = await openModelFile(path)
    expect([...(texts ?? [])].map(([name]) => name).sort()).toEqual(['config.json', 'tokenizer.json'])
    expect(texts?.get('tokenizer.json')).toBe('{"a":1}')
  })

  it('several files, by their index, by the folder or by one of them', async () => {
    const half = model.parts.length >> 1
    const [a, b] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
    const weight_map = Object.fromEntries(model.parts.map(({ name }, i) => [name, i < half ? a : b]))
    const halves = [model.parts.slice(0, half), model.parts.slice(half)].map((parts) => safetensors(parts))
    const files = {
      'config.json': config,
      'model.safetensors.index.json': { metadata: {}, weight_map },
      [a]: halves[0],
      [b]: halves[1],
    }
    const path = folder(files)
    for (const each of [path, join(path, a), join(path, 'model.safetensors.index.json')]) {
      const file = await openModelFile(each)
      expect(file.tensors.size).toBe(model.parts.length)
      expect(file.bytes).toBe(halves[0].length + halves[1].length)
      const norm = file.tensors.get('output_norm.weight')!
      expect(norm.bytes).toEqual(Uint8Array.from(model.parts.find(({ name }) => name === 'model.norm.weight')!.bytes))
    }
    const away = { ...weight_map, 'lm_head.weight': '../secret' }
    await refused(folder({ ...files, 'model.safetensors.index.json': { weight_map: away } }), 'format', /file beside/)
    await refused(folder({ ...files, [b]: halves[0] }), 'format', /in one file/)
    const more = { ...weight_map, another: a }
    await refused(folder({ ...files, 'model.safetensors.index.json': { weight_map: more } }), 'format', /"another" in/)
  })

  it('bytes that are used as they are keep their place in the file, unless they lie across words', async () => {
    for (const [pad, there] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]) {
      const path = folder({ 'config.json': config, 'model.safetensors': safetensors(model.parts, pad) })
      const tensor = (await openModelFile(path)).tensors.get('blk.0.attn_q.weight')!
      const header =
        safetensors(model.parts, there).length - model.parts.reduce((sum, part) => sum + part.bytes.length, 0)
      expect(tensor.file === undefined).toBe(header % 4 !== 0)
      const q = model.parts.find(({ name }) => name === 'model.layers.0.self_attn.q_proj.weight')!
      expect(tensor.bytes).toEqual(Uint8Array.from(q.bytes))
    }
  })

  it.each([
    ['no config.json', { 'model.safetensors': bytes }, 'io', /config\.json/],
    ['no weights', { 'config.json': config }, 'io', /no weights/],
    ['only a pickle', { 'config.json': config, 'pytorch_model.bin': zip }, 'unsupported', /pytorch_model\.bin/],
    ['only a GGUF', { 'm.gguf': 'GGUF' }, 'unsupported', /open m\.gguf itself/],
    [
      'a pointer',
      { 'config.json': config, 'model.safetensors': 'version https://git-lfs.github.com/spec/v1\n' },
      'format',
      /Git LFS/,
    ],
    [
      'two models',
      { 'config.json': config, 'a.safetensors': bytes, 'b.safetensors': bytes },
      'unsupported',
      /one of these/,
    ],
    [
      'another architecture',
      { 'config.json': { ...config, architectures: ['FalconForCausalLM'] }, 'model.safetensors': bytes },
      'unsupported',
      /FalconForCausalLM/,
    ],
    ['a config that is no JSON', { 'config.json': '{', 'model.safetensors': bytes }, 'format', /JSON/],
    ['a key twice', { 'config.json': '{"a": 1, "\\u0061": 2}', 'model.safetensors': bytes }, 'format', /"a" again/],
    [
      'a config too deep',
      { 'config.json': `{"a":${'['.repeat(50)}${']'.repeat(50)}}`, 'model.safetensors': bytes },
      'limit',
      /deep/,
    ],
    [
      'a size that is a text',
      { 'config.json': { ...config, hidden_size: '64' }, 'model.safetensors': bytes },
      'format',
      /a number for hidden_size/,
    ],
    [
      'another activation',
      { 'config.json': { ...config, hidden_act: 'gelu' }, 'model.safetensors': bytes },
      'unsupported',
      /gelu/,
    ],
    [
      'another rope',
      { 'config.json': { ...config, rope_scaling: { type: 'dynamic', factor: 2 } }, 'model.safetensors': bytes },
      'unsupported',
      /dynamic/,
    ],
  ])('%s', async (_, files, kind, message) => {
    await refused(folder(files), kind, message)
  })

  it.each([
    [{ quant_method: 'bitsandbytes', load_in_4bit: true }, /bitsandbytes/],
    [{ quant_method: 'compressed-tensors' }, /compressed-tensors/],
    [{ quant_method: 'fp8' }, /fp8/],
    [{ quant_method: 'gptq', bits: 4, checkpoint_format: 'marlin' }, /marlin/],
    [{ quant_method: 'gptq', bits: 4, checkpoint_format: 'gptq_p' }, /gptq_p/],
    [{ quant_method: 'gptq', bits: 5 }, /"5"/],
    [{ quant_method: 'gptq', bits: 4, pack_dtype: 'int64' }, /int64/],
    [{ quant_method: 'awq', bits: 4, version: 'gemv' }, /gemv/],
    [{ quant_method: 'awq', bits: 8, version: 'gemm' }, /"8"/],
    [{ quant_method: 'bitnet', linear_class: 'autobitlinear', quantization_mode: 'online' }, /online/],
  ])('quantization %j is named', async (quantization_config, message) => {
    await refused(
      folder({ 'config.json': { ...config, quantization_config }, 'model.safetensors': bytes }),
      'unsupported',
      message,
    )
  })

  it('groups of 16, packed words without a config, types that nobody reads', async () => {
    const module = 'model.layers.0.self_attn.q_proj'
    const parts = [
      i32(`${module}.qweight`, [8, 8], new Array(64).fill(0)),
      i32(`${module}.qzeros`, [4, 1], [0, 0, 0, 0]),
      f16(`${module}.scales`, [4, 8], new Array(32).fill(1)),
    ]
    const gptq = { ...config, quantization_config: { quant_method: 'gptq', bits: 4, group_size: 16 } }
    await refused(
      folder({ 'config.json': gptq, 'model.safetensors': safetensors(parts) }),
      'unsupported',
      /group 0 .* has 16/,
    )
    await refused(
      folder({ 'config.json': config, 'model.safetensors': safetensors(parts) }),
      'format',
      /quantization_config/,
    )
    const odd = [{ name: `${module}.weight`, type: 'F8_E4M3', shape: [2, 2], bytes: new Uint8Array(4) }]
    const file = await openModelFile(folder({ 'config.json': config, 'model.safetensors': safetensors(odd) }))
    expect(() => file.tensors.get('blk.0.attn_q.weight')!.dtype).toThrow(/F8_E4M3/)
  })
})

describe('safetensors headers', () => {
  const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  })
  const data = new Uint8Array(16)

  it.each([
    ['overlap', { a: entry(0, 8), b: entry(4, 16) }, 'format', /overlap/],
    ['a gap', { a: entry(0, 4), b: entry(8, 16) }, 'format', /gap/],
    ['short of the data', { a: entry(0, 8) }, 'format', /8 bytes .* found 16/],
    ['beyond the data', { a: entry(0, 32) }, 'format', /32 bytes .* found 16/],
    ['a shape that lies', { a: entry(0, 16, [3]) }, 'format', /range has 16 bytes/],
    ['a product beyond 2^53', { a: entry(0, 16, [2 ** 40, 2 ** 40]) }, 'format', /range has 16/],
    ['offsets turned round', { a: { ...entry(0, 16), data_offsets: [16, 0] } }, 'format', /in order/],
    ['a negative dimension', { a: entry(0, 16, [-4]) }, 'format', /whole numbers/],
    ['a fraction', { a: entry(0, 16, [1.5]) }, 'format', /whole numbers/],
    ['too many dimensions', { a: entry(0, 16, [4, ...new Array(20).fill(1)]) }, 'format', /8 dimensions/],
    ['a list in place of a tensor', { a: [] }, 'format', /an object/],
  ])('%s', async (_, header, kind, message) => {
    await refused(
      folder({ 'config.json': config, 'model.safetensors': withHeader(JSON.stringify(header), data) }),
      kind,
      message,
    )
  })

  it.each([
    [
      'a name twice',
      `{"a": ${JSON.stringify(entry(0, 16))}, "a": ${JSON.stringify(entry(0, 16))}}`,
      'format',
      /"a" again/,
    ],
    ['deep metadata', `{"__metadata__": ${'{"a":'.repeat(9)}1${'}'.repeat(9)}}`, 'limit', /deep/],
    ['no UTF-8', '{"\xff": 1}', 'format', /UTF-8|JSON|object/],
  ])('%s', async (_, header, kind, message) => {
    const raw = Buffer.from(header, 'latin1')
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(raw.length))
    await refused(
      folder({ 'config.json': config, 'model.safetensors': Buffer.concat([length, raw, data]) }),
      kind,
      message,
    )
  })

  it('lengths that lie', async () => {
    for (const length of [0n, 1n, 1000n, 1n << 40n]) {
      const bytes = withHeader('{}')
      bytes.set(new Uint8Array(BigUint64Array.of(length).buffer))
      await refused(folder({ 'config.json': config, 'model.safetensors': bytes }), 'format', /header/)
    }
  })

  it('scalars, and tensors of nothing until someone needs them', async () => {
    const parts = [f32('model.norm.weight', [], [5]), f32('empty', [0, 3], [])]
    const file = await openModelFile(folder({ 'config.json': config, 'model.safetensors': safetensors(parts) }))
    expect(file.tensors.get('output_norm.weight')!.shape).toEqual([1])
    expect(() => file.tensors.get('empty')!.bytes).toThrow(/above 0/)
  })
})
