/**
 * Reads what a prebuilt addon says of itself, from its ELF headers (little endian, 32 and 64 bit), with no tool of the
 * target.
 * takes  the bytes of a shared object
 * gives  { machine, bits, sections, needed, defined, undefined }: symbols as { name, type, size, version, hidden? }
 * before check.mjs, baseline.mjs
 */

const machines = { 40: 'arm', 62: 'x64', 183: 'arm64' }
const types = { 0: 'none', 1: 'object', 2: 'function', 6: 'tls', 10: 'ifunc' }
const dynamicNeeded = 1
const anySymbolVersion = 0x7fff
const hiddenVersion = 0x8000

/** A view of the file with reads for its word size; every read is checked by DataView. */
function reader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 52 || view.getUint32(0, false) !== 0x7f454c46)
    throw new Error('Expected an ELF file but found another beginning; name a shared object')
  if (view.getUint8(5) !== 1) throw new Error('Expected a little endian ELF file but found a big endian one')
  const wide = view.getUint8(4) === 2
  const u16 = (at) => view.getUint16(at, true)
  const u32 = (at) => view.getUint32(at, true)
  const word = (at) => (wide ? Number(view.getBigUint64(at, true)) : u32(at))
  const text = (at) => {
    const end = bytes.indexOf(0, at)
    return Buffer.from(bytes.buffer, bytes.byteOffset + at, (end < 0 ? bytes.length : end) - at).toString('latin1')
  }
  return { wide, u8: (at) => view.getUint8(at), u16, u32, word, text }
}

function sectionsOf({ wide, u16, u32, word, text }) {
  const table = word(wide ? 40 : 32)
  const [size, count, names] = [46, 48, 50].map((at) => u16(at + (wide ? 12 : 0)))
  const all = Array.from({ length: count }, (_, i) => {
    const at = table + i * size
    const fields = wide ? [16, 24, 32, 40] : [12, 16, 20, 24]
    const [address, offset, length] = fields.map((field) => word(at + field))
    return { nameAt: u32(at), address, offset, length, link: u32(at + fields[3]) }
  })
  return all.map(({ nameAt, ...rest }) => ({ name: text(all[names].offset + nameAt), ...rest }))
}

/** Version names by their index: those the file defines, and those it needs of others. */
function versionsOf(file, find) {
  const names = new Map()
  const walk = (section, first, each) => {
    if (!section) return
    for (let at = section.offset + first, next = 1; next !== 0; at += next) next = each(at)
  }
  const strings = find('.dynstr')?.offset
  walk(find('.gnu.version_d'), 0, (at) => {
    names.set(file.u16(at + 4) & anySymbolVersion, { name: file.text(strings + file.u32(at + file.u32(at + 12))) })
    return file.u32(at + 16)
  })
  walk(find('.gnu.version_r'), 0, (at) => {
    const from = file.text(strings + file.u32(at + 4))
    let aux = at + file.u32(at + 8)
    for (let i = 0; i < file.u16(at + 2); i++, aux += file.u32(aux + 12))
      names.set(file.u16(aux + 6) & anySymbolVersion, { name: file.text(strings + file.u32(aux + 8)), from })
    return file.u32(at + 12)
  })
  return names
}

export function readElf(bytes) {
  const file = reader(bytes)
  const sections = sectionsOf(file)
  const find = (name) => sections.find((section) => section.name === name)
  const strings = find('.dynstr')?.offset
  const [symbols, versions, dynamic] = [find('.dynsym'), find('.gnu.version'), find('.dynamic')]
  const names = versionsOf(file, find)
  const defined = []
  const undefinedSymbols = []
  const step = file.wide ? 24 : 16
  for (let i = 1; symbols && i < symbols.length / step; i++) {
    const at = symbols.offset + i * step
    const [info, section, size] = file.wide
      ? [file.u8(at + 4), file.u16(at + 6), file.word(at + 16)]
      : [file.u8(at + 12), file.u16(at + 14), file.word(at + 8)]
    if (info >> 4 === 0) continue // a local one, of the linker
    const mark = versions ? file.u16(versions.offset + i * 2) : 1
    const version = names.get(mark & anySymbolVersion)
    const symbol = { name: file.text(strings + file.u32(at)), type: types[info & 15] ?? 'other', weak: info >> 4 === 2 }
    if (section === 0) undefinedSymbols.push({ ...symbol, version: version?.name, from: version?.from })
    else defined.push({ ...symbol, size, version: version?.name, old: (mark & hiddenVersion) !== 0 })
  }
  const needed = []
  const entry = file.wide ? 16 : 8
  for (let at = dynamic?.offset ?? 0; dynamic && at < dynamic.offset + dynamic.length; at += entry)
    if (file.word(at) === dynamicNeeded) needed.push(file.text(strings + file.word(at + entry / 2)))
  return {
    machine: machines[file.u16(18)] ?? `machine ${file.u16(18)}`,
    bits: file.wide ? 64 : 32,
    sections: sections.map(({ name, length }) => ({ name, length })),
    needed,
    versions: [...names.values()],
    defined,
    undefined: undefinedSymbols,
  }
}
