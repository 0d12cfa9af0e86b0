/**
 * Another real broker with MQTT 5: ejabberd (Debian's package), which serves no shared subscriptions. Or the reason why it
 * is not here.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './mosquitto.js'

const libraries = '/usr/lib'
/** Debian puts it under the name of the architecture. */
const folders = !existsSync('/usr/bin/erl')
  ? []
  : readdirSync(libraries)
      .flatMap((one) =>
        one.includes('-linux-') ? readdirSync(join(libraries, one)).map((two) => join(libraries, one, two)) : [],
      )
      .map((folder) => join(folder, 'ebin'))
      .filter((folder) => existsSync(join(folder, 'mod_mqtt.beam')))
export const noEjabberd = folders.length > 0 ? undefined : 'ejabberd is not here (apt-get install ejabberd)'

export async function ejabberd(): Promise<{ url: string; username: string; password: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-ejabberd-'))
  const port = await freePort()
  const config = join(folder, 'ejabberd.yml')
  const all = '{ "#": [{ allow: all }] }'
  const lines = [
    'loglevel: error',
    'hosts: ["localhost"]',
    `listen: [{ port: ${port}, ip: "127.0.0.1", module: mod_mqtt }]`,
    'auth_method: [internal]',
    `modules: { mod_mqtt: { access_publish: ${all}, access_subscribe: ${all} } }`,
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  // The process asks for nothing but its own end: a port of the parent that is closed ends it as well.
  const register =
    'timer:sleep(2500), ejabberd_auth:try_register(<<"anna">>,<<"localhost">>,<<"secret">>), io:format("READY~n").'
  const words = ['-noinput', '-pa', folders[0], '-mnesia', 'dir', `"${folder}"`]
  words.push('-ejabberd', 'log_path', `"${folder}/log"`, '-s', 'ejabberd', '-eval', register)
  const child: ChildProcess = spawn('erl', words, {
    env: { ...process.env, EJABBERD_CONFIG_PATH: config, HOME: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stdout?.on('data', (bytes) => {
    said += bytes
  })
  for (let i = 0; i < 600 && !said.includes('READY') && child.exitCode === null; i++) await sleep(100)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    username: 'anna@localhost',
    password: 'secret',
    stop: async () => {
      const gone = once(child, 'exit')
      kill()
      await gone
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
