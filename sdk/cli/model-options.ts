import { type Model, open } from '../open.js'
import { type Invocation, text, whole } from './command.js'

/** Opens MODEL as `--backend`, `--isa` and `--threads` say; the caller closes it. */
export async function openFor(call: Invocation, name: string): Promise<Model> {
  const model = await open(name, {
    backend: text(call, 'backend'),
    isa: text(call, 'isa'),
    threads: whole(call, 'threads', 1, 1024),
  })
  if (model.backend.simulated)
    process.stderr.write(`lutra: ${model.backend.name} is simulated, its speed means nothing\n`)
  return model
}

/** Opens, works, closes, whatever happens. */
export async function withModel<T>(call: Invocation, name: string, work: (model: Model) => Promise<T>): Promise<T> {
  const model = await openFor(call, name)
  try {
    return await work(model)
  } finally {
    await model.close()
  }
}
