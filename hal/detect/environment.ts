/**
 * What the process runs in: a container, WSL, a virtual machine. Limits and sensors of a board may not be seen in there.
 * takes  a reader · gives  Environment
 */
import { type Reader, readText } from '../reader.js'

export interface Environment {
  /** docker, podman, lxc, kubernetes, systemd-nspawn … */
  readonly container?: string
  readonly wsl: boolean
  /** The hypervisor's name, where it tells one; `unknown` where the CPU only says that there is one. */
  readonly virtual?: string
}

/** DMI vendors and products of virtual machines. */
const MACHINES: readonly (readonly [RegExp, string])[] = [
  [/QEMU|KVM|Bochs/i, 'qemu'],
  [/VMware/i, 'vmware'],
  [/VirtualBox|innotek/i, 'virtualbox'],
  [/Xen/i, 'xen'],
  [/Parallels/i, 'parallels'],
  [/Apple Virtualization/i, 'apple'],
  [/Amazon EC2/i, 'amazon'],
  [/Google Compute/i, 'google'],
  [/Microsoft Corporation Virtual Machine/i, 'hyper-v'],
]

export function readEnvironment(reader: Reader): Environment {
  const wsl = /microsoft/i.test(readText(reader, '/proc/version') ?? '')
  return { container: readContainer(reader), wsl, virtual: readVirtual(reader, wsl) }
}

function readContainer(reader: Reader): string | undefined {
  if (reader.read('/run/.containerenv')) return 'podman'
  const told = readText(reader, '/run/systemd/container') ?? containerVariable(reader)
  if (reader.list('/var/run/secrets/kubernetes.io').length > 0) return 'kubernetes'
  if (reader.read('/.dockerenv')) return 'docker'
  if (told) return told
  const groups = readText(reader, '/proc/self/cgroup') ?? ''
  return /\/(docker|lxc|kubepods|libpod|containerd)\b/
    .exec(groups)?.[1]
    .replace('kubepods', 'kubernetes')
    .replace('libpod', 'podman')
}

/** Of the first process; readable by root only. */
function containerVariable(reader: Reader): string | undefined {
  return /^container=(\S+)$/m.exec((readText(reader, '/proc/1/environ') ?? '').replaceAll('\0', '\n'))?.[1]
}

function readVirtual(reader: Reader, wsl: boolean): string | undefined {
  if (wsl) return 'hyper-v'
  const dmi = ['sys_vendor', 'product_name']
    .map((name) => readText(reader, `/sys/class/dmi/id/${name}`) ?? '')
    .join(' ')
  const named = MACHINES.find(([words]) => words.test(dmi))?.[1]
  if (named) return named
  const type = readText(reader, '/sys/hypervisor/type')
  if (type) return type
  const tree = readText(reader, '/proc/device-tree/compatible')?.split('\0')[0]
  if (tree === 'linux,dummy-virt') return 'qemu'
  return /^flags\s*:.*\bhypervisor\b/m.test(readText(reader, '/proc/cpuinfo') ?? '') ? 'unknown' : undefined
}
