/** A real broker: mosquitto on a free port with a configuration of its own, or the reason why this machine has none. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const program = ['/usr/sbin/mosquitto', 'mosquitto'].find((path) => spawnSync(path, ['-h']).error === undefined)
export const noMosquitto = program ? undefined : 'mosquitto is not here (apt-get install mosquitto)'
export const noOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not here: no certificates can be made'

export interface Mosquitto {
  readonly url: string
  readonly port: number
  readonly folder: string
  /** SIGKILL or SIGTERM, then a new process on the same port; with `persistence` it finds what it had. */
  restart(signal?: NodeJS.Signals, downMs?: number): Promise<void>
  stop(): Promise<void>
}

export interface MosquittoOptions {
  readonly password?: readonly [user: string, password: string]
  readonly tls?: boolean
  readonly persistence?: boolean
}

export async function mosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-mqtt-'))
  const port = await freePort()
  const config = join(folder, 'mosquitto.conf')
  const lines = [`listener ${port} 127.0.0.1`, `allow_anonymous ${options.password === undefined}`, 'log_dest none']
  // As root it would become a user that cannot read the folder.
  if (process.getuid?.() === 0) lines.push('user root')
  if (options.password) {
    const file = join(folder, 'passwords')
    writeFileSync(file, `${options.password.join(':')}\n`, { mode: 0o600 })
    execFileSync('mosquitto_passwd', ['-U', file])
    lines.push(`password_file ${file}`)
  }
  if (options.tls) {
    certificates(folder)
    lines.push(...['cafile ca.pem', 'certfile cert.pem', 'keyfile key.pem'].map((l) => l.replace(/ /, ` ${folder}/`)))
  }
  if (options.persistence)
    lines.push('persistence true', `persistence_location ${folder}/`, 'autosave_on_changes true', 'autosave_interval 1')
  writeFileSync(config, `${lines.join('\n')}\n`)
  let child = await start(config, port)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return {
    url: `${options.tls ? 'mqtts' : 'mqtt'}://localhost:${port}`.replace(
      'localhost',
      options.tls ? 'localhost' : '127.0.0.1',
    ),
    port,
    folder,
    restart: async (signal = 'SIGTERM', downMs = 0) => {
      await end(signal)
      await sleep(downMs)
      child = await start(config, port)
    },
    stop: async () => {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function start(config: string, port: number): Promise<ChildProcess> {
  const child = spawn(program as string, ['-c', config], { stdio: 'ignore' })
  // Whatever becomes of the test, no broker stays behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  for (let i = 0; i < 200; i++) {
    if (await answers(port)) return child
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`)
    await sleep(20)
  }
  throw new Error('mosquitto did not listen')
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A certificate authority of our own, and a certificate for localhost. */
function certificates(folder: string): void {
  const run = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=lutra test authority')
  run('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=localhost')
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
  run('x509', '-req', '-in', 'request.pem', '-out', 'cert.pem', ...signed)
  if (!existsSync(join(folder, 'cert.pem'))) throw new Error('openssl made no certificate')
}
