/** GET /v1/models and /v1/models/:id: the one open model, in OpenAI's words, and a little more about it. */
import { basename } from 'node:path'
import { sendJson } from '../answer.js'
import { Fault } from '../fault.js'
import type { Served } from '../options.js'
import type { Route } from '../route.js'

export function modelRoutes({ model, begun }: Served): readonly Route[] {
  const { architecture, parameters, bytes, vocab, context } = model.summary()
  const id = modelId(model)
  const document = {
    ...{ id, object: 'model', created: Math.floor(begun / 1000), owned_by: 'lutra' },
    meta: { architecture, parameters, bytes, vocab, context, backend: model.backend },
  }
  return [
    {
      method: 'GET',
      path: '/v1/models',
      handle: ({ response }) => sendJson(response, { object: 'list', data: [document] }),
    },
    {
      method: 'GET',
      path: '/v1/models/:id',
      handle: ({ response, params }) => {
        if (params.id !== id)
          throw new Fault(404, `Expected the model ${id} but found ${params.id.slice(0, 100)}`, {
            param: 'model',
            code: 'model_not_found',
          })
        sendJson(response, document)
      },
    },
  ]
}

/** `pilot`, or the file's name without folders: a path is nobody's business. */
export function modelId({ name }: { readonly name: string }): string {
  return basename(name).replace(/\.gguf$/i, '')
}
