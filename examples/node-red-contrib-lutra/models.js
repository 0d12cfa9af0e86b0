/**
 * The models that the nodes of one runtime share: opened by the first that asks, closed by the last that goes.
 * takes  RED, a path or "pilot" · gives  { lutra, model }, release()
 */
const open = new Map()

/** lutra is an ES module. `lutraModule` in settings.js names another place, for development. */
const load = (RED) => import(RED.settings.lutraModule || 'lutra')

exports.borrow = (RED, path) => {
  let entry = open.get(path)
  if (!entry) {
    entry = { users: 0, ready: load(RED).then(async (lutra) => ({ lutra, model: await lutra.open(path) })) }
    open.set(path, entry)
  }
  entry.users++
  const release = async () => {
    if (--entry.users > 0) return
    open.delete(path)
    const { model } = await entry.ready.catch(() => ({}))
    if (model) await model.close()
  }
  return { ready: entry.ready, release }
}
