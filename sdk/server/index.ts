/** The door `lutra/server`: a model behind HTTP, as OpenAI's clients expect it. */
export type { ServedRobot, ServeOptions } from './options.js'
export type { Call, Route } from './route.js'
export { type Server, serve } from './serve.js'
export type { Load, Status, WatchEvent } from './watch/event.js'
export type { Happening, Watch } from './watch/watch.js'
