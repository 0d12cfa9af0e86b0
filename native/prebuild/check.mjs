/**
 * What a prebuilt addon must be before it may be shipped.
 * takes  a target and the bytes of its stripped addon; the names that the target's C library has (musl)
 * gives  a list of faults, each a sentence; empty where it may be shipped
 * before ../prebuild.mjs
 */
import { compareVersions } from './baseline.mjs'
import { readElf } from './elf.mjs'
import { GLIBC, LIMIT } from './targets.mjs'

const door = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']
const own = /^(napi_|node_api_)/
/** What the compiler's start files ask for if it is there. */
const optional = /^(_ITM_|__gmon_start__|__cxa_finalize|__cxa_pure_virtual|__register_frame|__deregister_frame)/
const libraries = {
  glibc: /^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|ld-linux[\w-]*\.so\.\d)$/,
  musl: /^libc\.so$/,
}

export function faults(target, bytes, muslSymbols) {
  const found = []
  const { machine, bits, sections, needed, defined, undefined: asked } = readElf(bytes)
  if (machine !== target.machine) found.push(`Expected code for ${target.machine} but found ${machine}`)
  if (bits !== (target.machine === 'arm' ? 32 : 64)) found.push(`Expected another word size than ${bits} bits`)
  if (bytes.length > LIMIT) found.push(`Expected at most ${LIMIT} bytes but found ${bytes.length}`)
  const unstripped = sections.filter(({ name }) => name === '.symtab' || name.startsWith('.debug'))
  for (const { name } of unstripped) found.push(`Expected a stripped file but found section ${name}`)
  for (const name of needed)
    if (!libraries[target.libc].test(name)) found.push(`Expected no library but the C library's but it needs ${name}`)
  for (const { name } of defined)
    if (!door.includes(name)) found.push(`Expected only Node's door to be seen from outside but found ${name}`)
  for (const { name, version, weak } of asked) {
    if (own.test(name) || (weak && optional.test(name))) continue
    const glibc = /^GLIBC_([\d.]+)$/.exec(version ?? '')?.[1]
    if (target.libc === 'musl') {
      if (!muslSymbols?.has(name)) found.push(`Expected only what musl has but it asks for ${name}`)
    } else if (glibc === undefined)
      found.push(`Expected a symbol of glibc but it asks for ${name} of ${version ?? 'nobody'}`)
    else if (compareVersions(glibc, GLIBC) > 0)
      found.push(`Expected nothing younger than glibc ${GLIBC} but it asks for ${name} of ${glibc}`)
  }
  return found
}
