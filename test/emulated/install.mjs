/**
 * Installs what emulation needs and this machine lacks, where it is Debian or Ubuntu and we are root; else says what to
 * type, and succeeds: the tests skip with the reason. `npm run test:emulated` runs it first.
 */
import { spawnSync } from 'node:child_process'

const wanted = {
  cmake: 'cmake',
  socat: 'socat',
  'qemu-aarch64': 'qemu-user',
  'qemu-arm': 'qemu-user',
  'aarch64-linux-gnu-g++': 'g++-aarch64-linux-gnu',
  'arm-linux-gnueabihf-g++': 'g++-arm-linux-gnueabihf',
}
const found = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0
const missing = new Set(Object.keys(wanted).flatMap((tool) => (found(tool) ? [] : wanted[tool])))

if (missing.size > 0) {
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing]
  const apt = (args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  if (!found('apt-get') || process.getuid() !== 0) console.log(`type: sudo apt-get install ${[...missing].join(' ')}`)
  else if (!apt(['update', '-qq']) || !apt(install)) console.log(`could not install ${[...missing].join(', ')}`)
}
