import { type PullProgress, pull as pullModel } from '../pull/index.js'
import { type Command, text, word } from './command.js'

/** `lutra pull`: a model from a hub or a URL, with resume and checksum. */
export const pull: Command = {
  name: 'pull',
  usage: 'URL | ORG/REPO[:FILE] [--to DIR] [--sha256 HEX] [--revision R] [--file NAME]',
  about:
    'Downloads a model: a GGUF, all files of a split one, or a safetensors repository. Goes on where it stopped; HF_TOKEN, LUTRA_HUB.',
  options: {
    to: { type: 'string' },
    sha256: { type: 'string' },
    revision: { type: 'string' },
    file: { type: 'string' },
    hub: { type: 'string' },
  },
  async run(call) {
    const { files } = await pullModel(word(call, 0, 'URL or ORG/REPO'), {
      to: text(call, 'to'),
      sha256: text(call, 'sha256'),
      revision: text(call, 'revision'),
      file: text(call, 'file'),
      hub: text(call, 'hub'),
      signal: call.signal,
      onProgress: progress(),
    })
    if (!call.json) for (const { path } of files) process.stdout.write(`${path}\n`)
    return { files }
  },
}

/** On a terminal one line that changes, elsewhere a line now and then; both on stderr. */
function progress(): (progress: PullProgress) => void {
  const terminal = process.stderr.isTTY === true
  const pause = terminal ? 200 : 5000
  let last = 0
  return ({ path, file, files, bytes, total }) => {
    const now = Date.now()
    const whole = bytes === total
    if (now - last < pause && !whole) return
    last = now
    const name = path.split(/[/\\]/).at(-1)
    const done =
      total === undefined ? '' : ` of ${megabytes(total)} (${Math.floor((100 * bytes) / Math.max(1, total))} %)`
    const line = `lutra: ${files > 1 ? `${file}/${files} ` : ''}${name} ${megabytes(bytes)}${done}`
    process.stderr.write(terminal ? `\r\u001b[K${line}${whole ? '\n' : ''}` : `${line}\n`)
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
