import { expect, it } from 'vitest'
import { pageReader, readEnvironment, readPage } from '../../hal/index.js'

const of = (...sections: string[]) =>
  readEnvironment(pageReader(readPage(['machine: linux x64', ...sections.map((each) => `== ${each}`)].join('\n'))))

it.each([
  ['docker', ['/.dockerenv\n', '/proc/self/cgroup\n0::/\n'], { container: 'docker' }],
  ['docker without its file', ['/proc/self/cgroup\n12:cpu:/docker/0123abcd\n'], { container: 'docker' }],
  ['podman', ['/run/.containerenv\nengine="podman"\n'], { container: 'podman' }],
  ['kubernetes', ['/var/run/secrets/kubernetes.io/\nserviceaccount\n', '/.dockerenv\n'], { container: 'kubernetes' }],
  ['a pod told by its group', ['/proc/self/cgroup\n0::/kubepods/besteffort/pod1\n'], { container: 'kubernetes' }],
  ['systemd-nspawn', ['/run/systemd/container\nsystemd-nspawn\n'], { container: 'systemd-nspawn' }],
  ['lxc', ['/proc/1/environ\nTERM=linux\ncontainer=lxc\n'], { container: 'lxc' }],
  ['no container', ['/proc/self/cgroup\n0::/user.slice/dockers.service\n'], { container: undefined }],
  ['WSL 2', ['/proc/version\nLinux version 5.15.167.4-microsoft-standard-WSL2\n'], { wsl: true, virtual: 'hyper-v' }],
  ['KVM', ['/sys/class/dmi/id/sys_vendor\nQEMU\n'], { virtual: 'qemu', wsl: false }],
  ['Xen', ['/sys/hypervisor/type\nxen\n'], { virtual: 'xen' }],
  ['a hypervisor without a name', ['/proc/cpuinfo\nflags\t\t: fpu vme hypervisor avx2\n'], { virtual: 'unknown' }],
  ['bare metal', ['/proc/cpuinfo\nflags\t\t: fpu vme avx2\n'], { virtual: undefined }],
])('%s', (_, sections, expected) => {
  expect(of(...sections)).toMatchObject(expected)
})
