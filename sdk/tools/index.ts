/** The tools room: how general chat models are told of tools, and how their calls are held to schemas and read. */
export { type Dialect, dialectOf } from './dialect.js'
export { type AnyMessage, type Prepared, prepareMessages } from './messages.js'
export { type CallRules, callConstraint } from './plan.js'
export { CallReader } from './reader.js'
export {
  type ChatPart,
  type ReadyTool,
  readyTools,
  type Tool,
  type ToolCall,
  type ToolChoice,
  toolsOf,
} from './tool.js'
