/**
 * The command line: documents, exit codes, errors. `lutra` runs the built tree in a process of its own, as `npx lutra` does,
 * wherever streams, signals or the environment matter; `called` the same command here.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reportDevice } from '../../../sdk/open.js'
import { pi, pmicText } from '../../hal/sense/firmware.js'
import { called, type Ended } from './in-process.js'

const root = join(import.meta.dirname, '../../..')
const stories = join(root, '../shared/data/tinyllamas/stories260Ktok512.gguf')
const vocabulary = join(root, '../shared/data/vocab/ggml-vocab-gpt-2.gguf')

function lutra(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist/sdk/cli/main.js'), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (part) => (out += part))
    child.stderr.on('data', (part) => (err += part))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.on('error', () => {}) // a command that does not read stdin may be gone already
    child.stdin.end(input)
  })
}

async function json(args: readonly string[], call: (args: readonly string[]) => Promise<Ended> = called) {
  const ended = await call([...args, '--json'])
  expect(ended.code, ended.err).toBe(0)
  expect(ended.out.trim().split('\n')).toHaveLength(1)
  return JSON.parse(ended.out)
}

describe('lutra tune', () => {
  it('races what has rivals, keeps the result, and the next plan goes by it', async ({ skip }) => {
    const LUTRA_CACHE = await mkdtemp(join(tmpdir(), 'lutra-tune-'))
    const { code, out, err } = await lutra(['tune', 'pilot', '--threads', '1', '--json'], '', { LUTRA_CACHE })
    expect(code, err).toBe(0)
    const { rows, kept } = JSON.parse(out)
    if (rows.length === 0 || kept === undefined) {
      const reason = 'no native addon here; wasm keeps its own choice, and the ts engine has no rivals'
      console.log(`lutra tune: skipped: ${reason}`)
      skip(reason)
    }
    expect(kept).toContain(LUTRA_CACHE)
    const raced = new Set(rows.map(({ kernel }: { kernel: string }) => kernel.split(' ')[2]))
    expect([...raced].sort()).toEqual(['lut', 'mad', 'tl2'])
    const inspected = await lutra(['inspect', 'pilot', '--json'], '', { LUTRA_CACHE, LUTRA_THREADS: '1' })
    const { ops } = JSON.parse(inspected.out).plan
    for (const { kernel, rows: height, cols } of rows.filter(({ best }: { best: boolean }) => best)) {
      const op = ops.find((each: { rows: number; cols: number }) => each.rows === height && each.cols === cols)
      expect(op).toMatchObject({ kernel, why: expect.stringContaining('measured') })
    }
    await rm(LUTRA_CACHE, { recursive: true })
  })

  it('shows what Ladder predicts and what is measured, on wasm', async () => {
    const { rows } = await json(['tune', 'pilot', '--backend', 'wasm'])
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) {
      expect(row.kernel).toMatch(/^linear (i2_s|q6_k) (lut|dot16|dot16-offline|dot7|dot7-offline) wasm-/)
      expect(row.seconds).toBeGreaterThan(0)
      expect(row.predicted).toBeGreaterThan(0)
    }
    const best = rows.filter((row: { best: boolean }) => row.best)
    expect(new Set(rows.map((row: { rows: number; cols: number }) => `${row.rows} ${row.cols}`)).size).toBe(best.length)
  })
})

describe('lutra act', () => {
  it('answers in the documented shape', async () => {
    const found = await json(['act', 'drive forward two metres'], lutra)
    expect(Object.keys(found)).toEqual(['actions', 'refused', 'raw', 'ms'])
    expect(found.actions).toEqual([{ skill: 'drive', metres: 2 }])
    expect(found.refused).toBe(false)
  })

  it('gives one JSON a line for --stdin, whatever the line holds', async () => {
    const long = 'drive forward '.repeat(8000)
    const { code, out } = await lutra(
      ['act', '--stdin'],
      `turn left\n\n${long}\n\u0000\u0007\u001b[2J\nпоезжай вперёд на два метра\n`,
    )
    expect(code).toBe(0)
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers).toHaveLength(5)
    expect(answers[0].actions).toEqual([{ skill: 'turn', degrees: 90 }])
    for (const answer of answers.slice(1)) expect(answer.actions).toEqual([{ skill: 'refuse', reason: 'unclear' }])
  })

  it('counts lines by their ends alone, and never runs out of memory over one', async () => {
    const huge = 'drive forward two metres '.repeat(3e6)
    const { code, out } = await lutra(['act', '--stdin'], `turn\u2028left\r\n${huge}\nturn\rright\nlast: turn left`)
    expect(code).toBe(0)
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers).toHaveLength(4)
    expect(answers[0].actions).toEqual([{ skill: 'turn', degrees: 90 }])
    expect(answers[1].actions).toEqual([{ skill: 'refuse', reason: 'unclear' }])
  })

  it("does not read a user's skills and then not heed them", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lutra-'))
    const beep = join(folder, 'beep.json')
    await writeFile(beep, '{"beep":{"parameters":{"properties":{}}}}')
    const list = join(folder, 'list.json')
    await writeFile(list, '["beep"]')
    for (const [file, kind] of [
      [beep, 'unsupported'],
      [list, 'format'],
      [join(folder, 'absent.json'), 'io'],
    ]) {
      const { code, out } = await called(['act', 'drive one metre', '--skills', file, '--json'])
      expect(code).toBe(1)
      expect(JSON.parse(out).error.kind).toBe(kind)
    }
  })

  it('runs on every engine with the same answer', async () => {
    const instruction = 'back up half a metre, then wait three seconds'
    for (const backend of ['ts', 'lut-core']) {
      const { actions } = await json(['act', instruction, '--backend', backend])
      expect(actions).toEqual([
        { skill: 'drive', metres: -0.5 },
        { skill: 'wait', seconds: 3 },
      ])
    }
  })
})

describe('heat and power', () => {
  it('are told, or why not; a budget that no sensor can keep is refused', async () => {
    const base = ['run', 'pilot', '--prompt', 'turn left', '--tokens', '4']
    const { joulesPerToken, energy, governor } = await json(base)
    if (typeof energy === 'string')
      expect([joulesPerToken, energy]).toEqual([null, expect.stringMatching(/^no sensor: ./)])
    else expect(joulesPerToken).toBeGreaterThan(0)
    expect(governor).toBeUndefined()
    const { sensors } = (await json(['inspect'])).device
    const hot = sensors.some(({ kind }: { kind: string }) => kind === 'temperature')
    const budget = await called([...base, '--max-celsius', '110', '--json'])
    if (hot) expect(JSON.parse(budget.out)).toMatchObject({ pausedMs: 0, governor: { paused: false } })
    else
      expect([budget.code, JSON.parse(budget.out).error]).toEqual([
        1,
        { kind: 'unsupported', message: expect.stringMatching(/no sensor: .*open without maxCelsius/) },
      ])
    expect((await called([...base, '--max-celsius', '200'])).code).toBe(2)
    expect((await called([...base, '--max-watts', '0'])).code).toBe(2)
  })
})

describe('the simulated core', () => {
  it('tells its own speed beside a speed of this host that means nothing', async () => {
    const { code, out, err } = await called([
      'run',
      'pilot',
      '--lut-core',
      'hertz=1e8',
      '--prompt',
      'turn left',
      '--json',
    ])
    expect(code, err).toBe(0)
    expect(err).toMatch(/simulated, its speed on this host means nothing/)
    const { backend, simulated, ids, promptTokens, core } = JSON.parse(out)
    expect([backend, simulated, core.prompt.simulated]).toEqual(['lut-core', true, true])
    expect([core.prompt.tokens, core.decode.tokens]).toEqual([promptTokens, ids.length - 1])
    for (const { tokens, seconds, tokensPerSecond, dramBytes } of [core.prompt, core.decode]) {
      expect(tokensPerSecond).toBeCloseTo(tokens / seconds, 6)
      // Every token reads some 0.7 MB of two-bit weights; a clock of 100 MHz looks up 2 x 64 x 4 of them a cycle at most.
      expect(dramBytes / tokens).toBeGreaterThan(3e5)
      expect(tokensPerSecond).toBeLessThan(1e8 / ((2 * 2.6e6) / 512))
    }
  })

  it('says which linears run on it, why others do not, and what is wrong with its options', async () => {
    const { plan } = await json(['inspect', 'pilot', '--lut-core', 'weights=2,table=shift:7'])
    expect(plan.accelerator.lut).toMatchObject({
      weightBits: [2],
      tableMode: 'shift',
      tableBits: 7,
      declaredBy: 'options',
    })
    const linears = plan.ops.filter((op: { op: string }) => op.op === 'linear')
    expect(new Set(linears.map((op: Record<string, string>) => [op.dtype, op.engine, op.why].join(': ')))).toEqual(
      new Set([
        'I2_S: lut-core: lent: 2 bit planes, i8, shift tables',
        'Q6_K: ts: not lent: values of 6 bits, and lut-core M2N64K4 takes 2',
      ]),
    )
    const { code, out } = await lutra(['act', 'stop', '--backend', 'lut-core', '--json'], '', { LUTRA_LUT_CORE: 'k=9' })
    expect([code, JSON.parse(out).error.kind]).toEqual([1, 'mismatch'])
    expect(JSON.parse(out).error.message).toMatch(/^Expected k of the LUT core/)
  })
})

describe('lutra inspect', () => {
  it('tells device, board and back ends', async () => {
    const found = await json(['inspect'], lutra)
    expect(Object.keys(found)).toEqual(['schema', 'device', 'board', 'identity', 'wires', 'ceilings', 'backends'])
    expect(found.backends.map((b: { name: string }) => b.name)).toContain('ts')
    for (const backend of found.backends) expect(backend.available || backend.reason.length > 0).toBe(true)
  })

  it('tells another machine from its page, and this one as a page', async () => {
    const page = 'test/fakes/roots/rock-5b.txt'
    const found = await json(['inspect', '--from', page])
    expect(found).toMatchObject({ board: { name: 'rock-5b' }, device: { arch: 'arm64' }, backends: [] })
    const asked = join(await mkdtemp(join(tmpdir(), 'lutra-page-')), 'pi.txt')
    const answers = { 'vcgencmd get_throttled': 'throttled=0x50005\n', 'vcgencmd pmic_read_adc': pmicText }
    await writeFile(asked, reportDevice(pi('raspberry-pi-5', answers)))
    const { device } = await json(['inspect', '--from', asked])
    expect(device.throttling).toMatchObject({ now: ['under-voltage', 'throttled'], sources: expect.any(Array) })
    expect(device.sensors).toContainEqual(expect.objectContaining({ name: 'PMIC rails', unit: 'W', covers: 'rails' }))
    await rm(dirname(asked), { recursive: true })
    const planned = await json(['inspect', 'pilot', '--from', page])
    expect(planned.plan).toMatchObject({ threads: 4, isa: 'neon-dotprod' })
    const { report } = await json(['inspect', '--report'])
    expect(report).toMatch(new RegExp(`^machine: ${process.platform} ${process.arch}\\n`))
  })

  it('tells model and plan', async () => {
    const found = await json(['inspect', 'pilot', '--context', '64'])
    expect(Object.keys(found)).toEqual([
      'schema',
      'device',
      'board',
      'identity',
      'wires',
      'ceilings',
      'backends',
      'model',
      'plan',
    ])
    expect(found.model.architecture).toBe('bitnet')
    expect(found.model.memory).toMatchObject({ context: 64, fits: true })
    expect(found.plan.candidates.length).toBeGreaterThan(1)
  })
})

describe('manners', () => {
  it('exits 2 on wrong usage and says why', async () => {
    for (const args of [
      [],
      ['fly'],
      ['run', 'pilot'],
      ['run', 'pilot', '--prompt', 'x', '--tokens', 'many'],
      ['run', 'pilot', '--prompt', 'x', '--typical', '1.5'],
      ['run', 'pilot', '--prompt', 'x', '--logit-bias', '3:1'],
      ['run', 'pilot', '--prompt', 'x', '--logprobs', '101'],
      ['embed', 'pilot'],
      ['embed', 'pilot', 'x', '--pooling', 'max'],
      ['act', 'x', '--wings'],
    ]) {
      const { code, out, err } = await (args.length < 2 ? lutra : called)(args)
      expect(code, args.join(' ')).toBe(2)
      if (args.length > 0) expect(err).toMatch(/^lutra: /)
      if (args.length > 0) expect(out).toBe('')
    }
  })

  it('exits 1 with kind and message on bad files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lutra-'))
    const lying = join(folder, 'lying.gguf')
    await writeFile(lying, 'GGUF this is none')
    for (const [file, kind] of [
      [join(folder, 'absent.gguf'), 'io'],
      [lying, ''],
    ] as const) {
      const { code, out } = await called(['run', file, '--prompt', 'x', '--json'])
      expect(code).toBe(1)
      const { error } = JSON.parse(out)
      expect(error.message.length).toBeGreaterThan(10)
      if (kind) expect(error.kind).toBe(kind)
      else expect(['format', 'limit', 'unsupported']).toContain(error.kind)
    }
  })

  it('refuses a back end that is not there, by name', async () => {
    const { code, out } = await called(['act', 'stop', '--backend', 'abacus', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).error.message).toContain('abacus')
  })

  it('takes no token for granted', async () => {
    for (const ids of ['1,,3', '', ' ', '1,0x10', '1e2', '-1'])
      expect((await called(['logits', 'pilot', '--ids', ids])).code, ids).toBe(2)
  })

  it('leaves what stands behind -- as it is', async () => {
    const { pieces } = await json(['tokenize', 'pilot', '--special', 'x'])
    expect(pieces.join('')).toBe('▁x')
    const { code, out } = await called(['tokenize', 'pilot', '--json', '--', '--special', '-5'])
    expect(code).toBe(0)
    expect(JSON.parse(out).pieces.join('')).toBe('▁--special▁-5')
  })

  it('ends where nobody reads any more, and fails where the disk is full', async () => {
    const shell = (line: string) =>
      new Promise<number | null>((resolve) => {
        const script = `node=${JSON.stringify(process.execPath)}; main=${JSON.stringify(join(root, 'dist/sdk/cli/main.js'))}; ${line}`
        spawn('bash', ['-c', `set -o pipefail; ${script}`], { stdio: 'ignore' }).on('close', resolve)
      })
    expect(await shell('$node $main run pilot --prompt x --tokens 1 2>&1 | head -1')).toBe(0)
    expect(await shell('$node $main logits pilot --ids 1,2,3 --json | head -c 10')).toBe(0)
    if (!existsSync('/dev/full')) return
    expect(await shell('$node $main inspect --json > /dev/full')).toBe(1)
    expect(await shell('$node $main run pilot --prompt x --tokens 1 2> /dev/full')).toBe(0)
  })

  it('stops waiting for stdin on SIGINT', async () => {
    const child = spawn(process.execPath, [
      join(root, 'dist/sdk/cli/main.js'),
      'tokenize',
      'pilot',
      '--stdin',
      '--json',
    ])
    let out = ''
    child.stdout.on('data', (part) => (out += part))
    // More than a pipe holds: it is written once the command reads.
    await new Promise((resolve) => child.stdin.write('some text '.repeat(100_000), resolve))
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1)
    expect(JSON.parse(out).error.kind).toBe('cancelled')
  })

  it('closes cleanly on SIGINT', async () => {
    const child = spawn(process.execPath, [join(root, 'dist/sdk/cli/main.js'), 'act', '--stdin'], { cwd: root })
    child.stdin.write('turn left\n')
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
  })
})

describe.skipIf(!existsSync(stories))('with a real model (skips where ../shared/data is absent)', () => {
  it('runs, tokenizes, gives logits', async () => {
    const ran = await json(
      ['run', stories, '--prompt', 'Once upon a time', '--tokens', '8', '--temperature', '0'],
      lutra,
    )
    expect(ran.ids).toHaveLength(8)
    expect(ran.stopReason).toBe('length')
    expect(ran.text.length).toBeGreaterThan(4)
    const { ids, pieces } = await json(['tokenize', stories, 'Once upon a time'])
    expect(pieces).toHaveLength(ids.length)
    const all = await json(['logits', stories, '--ids', `1,${ids.join(',')}`])
    const last = await json(['logits', stories, '--ids', `1,${ids.join(',')}`, '--last'])
    expect(all.logits.at(-1)).toEqual(last.logits[0])
    expect(last.argmax).toEqual([ran.ids[0]])
  })

  it('holds to the flags of sampling, tells what was likely, and embeds', async () => {
    const base = ['run', stories, '--prompt', 'Once upon a time', '--tokens', '6', '--temperature', '0']
    const plain = await json(base)
    const told = await json([...base, '--logprobs', '2', '--speculate'])
    expect(told.ids).toEqual(plain.ids)
    expect(told.logprobs.map(({ id }: { id: number }) => id)).toEqual(plain.ids)
    for (const { id, piece, logprob, top } of told.logprobs) {
      expect(top).toHaveLength(2)
      expect(top[0]).toEqual({ id, piece, logprob })
      expect(Math.exp(top[0].logprob) + Math.exp(top[1].logprob)).toBeLessThan(1)
    }
    const other = await json([...base, '--logit-bias', `${plain.ids[0]}=-Infinity`, '--logit-bias', '403=-1.5'])
    expect(other.ids[0]).toBe(told.logprobs[0].top[1].id)
    const first = plain.text.trim().split(' ')[0]
    const stopped = await json([...base, '--stop', first, '--stop', 'zebra'])
    expect(stopped).toMatchObject({ stopReason: 'stop' })
    expect(stopped.text).not.toContain(first)
    const flags = [
      '--top-k',
      '9',
      '--typical',
      '0.9',
      '--top-p',
      '0.9',
      '--min-p',
      '0.01',
      '--seed',
      '1',
      '--tokens',
      '30',
    ]
    const penalties = ['--repetition-penalty', '1.1', '--presence-penalty', '-0.5', '--frequency-penalty', '0.5']
    const warm = [...base, '--temperature', '1', ...flags]
    expect((await json([...warm, ...penalties, '--penalty-window', '32'])).ids).not.toEqual((await json(warm)).ids)
    const { embedding } = await json(['embed', stories, 'Once upon a time'])
    expect(embedding).toHaveLength(64)
    expect(embedding.reduce((sum: number, x: number) => sum + x * x, 0)).toBeCloseTo(1, 5)
  })

  it('evaluates and benches', async () => {
    const text = join(root, '../shared/data/text/tinystories_sample_4k.txt')
    const found = await json(['eval', stories, '--text', text, '--context', '128', '--reference', stories])
    // What llama.cpp's own tool (llama-perplexity -c 128) says of this file and text: 6.8456 +/- 0.74218.
    expect(found.perplexity).toBeCloseTo(6.8456, 2)
    expect(found.perplexityError).toBeCloseTo(0.74218, 3)
    expect(found.perplexity).toBeCloseTo(Math.exp(found.nll), 6)
    expect(found.kld).toBeCloseTo(0, 5)
    expect(found.sameTop).toBe(1)
    const { rows } = await json([
      'bench',
      stories,
      '--prompt',
      '8',
      '--decode',
      '4',
      '--threads',
      '1,2',
      '--repeat',
      '1',
    ])
    expect(rows.map((row: { threads: number }) => row.threads)).toEqual([1, 2])
    for (const { joulesPerToken, joulesPerTokenAboveIdle, energy, ...row } of rows) {
      for (const value of Object.values(row)) expect(value).toBeGreaterThan(0)
      if (typeof energy === 'string') {
        expect(energy).toMatch(/^no (sensor|reading): ./)
        expect([joulesPerToken, joulesPerTokenAboveIdle]).toEqual([null, null])
      } else expect(joulesPerToken).toBeGreaterThan(0)
    }
  })

  it.skipIf(!existsSync(vocabulary))('tokenizes with a file that holds only a vocabulary', async () => {
    const { ids } = await json(['tokenize', vocabulary, '--stdin'], (args) => lutra(args, 'Hello world'))
    expect(ids).toEqual([15496, 995])
  })
})
