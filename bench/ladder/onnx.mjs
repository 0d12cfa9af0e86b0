/**
 * An ONNX model of one MatMulNBits node, as protobuf by hand (onnx.proto, ModelProto).
 * takes  bits 2, 4 or 8, block, rows, cols, codes whose middle is zero, a scale for each block, accuracy level
 * gives  the model's bytes: input `x` (1 × cols), output `y` (1 × rows), float32
 */
const FLOAT = 1
const UINT8 = 2

export function matMulNBits({ bits, block, rows, cols, codes, scales, accuracy }) {
  const blocks = cols / block
  const perByte = 8 / bits
  const packed = new Uint8Array(codes.length / perByte)
  for (let i = 0; i < codes.length; i++) packed[Math.floor(i / perByte)] |= codes[i] << (bits * (i % perByte))
  const attributes = { K: cols, N: rows, bits, block_size: block, accuracy_level: accuracy }
  const node = [
    ...['x', 'weight', 'scales'].map((name) => text(1, name)),
    text(2, 'y'),
    text(4, 'MatMulNBits'),
    ...Object.entries(attributes).map(([name, value]) => part(5, [text(1, name), number(3, value), number(20, 2)])),
    text(7, 'com.microsoft'),
  ]
  const graph = [
    part(1, node),
    text(2, 'linear'),
    part(5, tensor('weight', UINT8, [rows, blocks, (block * bits) / 8], packed)),
    part(
      5,
      tensor('scales', FLOAT, [rows * blocks], new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength)),
    ),
    part(11, value('x', [1, cols])),
    part(12, value('y', [1, rows])),
  ]
  const opset = (domain, version) => part(8, [text(1, domain), number(2, version)])
  return join([number(1, 8), opset('', 17), opset('com.microsoft', 1), part(7, graph)])
}

function tensor(name, type, dims, raw) {
  return [...dims.map((dim) => number(1, dim)), number(2, type), text(8, name), part(9, [raw])]
}

function value(name, dims) {
  const shape = dims.map((dim) => part(1, [number(1, dim)]))
  return [text(1, name), part(2, [part(1, [number(1, FLOAT), part(2, shape)])])]
}

/** A field of a number, of a text, and of bytes that are joined from parts. */
function number(field, value) {
  return Uint8Array.from([...varint(field * 8), ...varint(value)])
}

function text(field, value) {
  return part(field, [new TextEncoder().encode(value)])
}

function part(field, parts) {
  const content = join(parts)
  return join([Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length)]), content])
}

function varint(value) {
  const bytes = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const each of parts) {
    all.set(each, at)
    at += each.length
  }
  return all
}
