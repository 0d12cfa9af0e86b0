/** A small random model with a chat template, served for a test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGguf } from '../../../sdk/model/gguf-writer.js'
import { type Model, type OpenOptions, open } from '../../../sdk/open.js'
import { type ServeOptions, type Server, serve } from '../../../sdk/server/index.js'
import { randomArchitecture } from '../model/arch/random-model.js'

const template =
  '{% for message in messages %}<{{ message.role }}>{{ message.content }}\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}'

/** 1024 tokens of context, 320 of vocabulary; says anything. `template` undefined for a model without one. */
export async function smallModel(options: OpenOptions & { readonly chat?: boolean } = {}): Promise<Model> {
  const { chat = true, ...rest } = options
  const { metadata, tensors } = randomArchitecture(
    { architecture: 'llama', layers: 1, width: 32, hidden: 48, headDim: 8, keys: { context_length: 1024 } },
    7,
  )
  if (chat) metadata.set('tokenizer.chat_template', template)
  const folder = mkdtempSync(join(tmpdir(), 'lutra-server-'))
  const path = join(folder, 'small.gguf')
  writeFileSync(path, writeGguf(metadata, [...tensors.values()]))
  try {
    const model = await open(path, { threads: 1, ...rest })
    const close = model.close.bind(model)
    // Its file may be mapped until it is closed.
    model.close = async () => {
      await close()
      rmSync(folder, { recursive: true, force: true })
    }
    return model
  } catch (fault) {
    rmSync(folder, { recursive: true, force: true })
    throw fault
  }
}

export interface ServedModel extends AsyncDisposable {
  readonly model: Model
  readonly server: Server
  readonly url: string
}

/** On a free port; closes server and model. */
export async function served(model: Model, options: ServeOptions = {}): Promise<ServedModel> {
  const server = await serve(model, { port: 0, drain: 500, ...options })
  return {
    ...{ model, server, url: server.url },
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await model.close()
    },
  }
}

/** No stop id: it goes on until its tokens are used up. */
export const endless = { logit_bias: { 2: -100 } }

export const hello = [{ role: 'user' as const, content: 'hello' }]

/** Waits for what comes about by itself, with a bound that only a hang reaches. */
export async function until(met: () => boolean | Promise<boolean>, what: string, ms = 20_000): Promise<void> {
  const end = Date.now() + ms
  while (!(await met())) {
    if (Date.now() > end) throw new Error(`Expected ${what} within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
