/** The door of the package: all that an app may import. */
export type { CacheFormat } from '../hal/backend.js'
export { type ErrorKind, LutraError } from '../hal/error.js'
export type { Action } from './action/action.js'
export {
  type ActionOf,
  Audit,
  type AuditEntry,
  type AuditOptions,
  type AuditRecord,
  actions,
  allowed,
  audited,
  type Confirm,
  createGuard,
  type Fence,
  type Guard,
  type GuardOptions,
  guarded,
  type Motion,
  type Plan as GuardPlan,
  type Pose,
  quoted,
  type Reading,
  type ReadySkill,
  type Requirement,
  readAudit,
  Sensors,
  type Skill,
  type SkillSet,
  type SkillSetOptions,
  type Skills,
  type StandardResult,
  type StandardSchema,
  skillSet,
  type TravelLimits,
  type Verdict,
} from './action/index.js'
export type { EmbedOptions, Generation, LookupOptions, Score, StopReason } from './decoder/index.js'
export type { SchemaObject } from './grammar/index.js'
export type { MetadataValue, ModelFile } from './model/model-file.js'
export * from './open.js'
export { type Pulled, type PullOptions, type PullProgress, type PullResult, pull } from './pull/index.js'
export type {
  Port,
  PortReader,
  Report,
  Robot,
  RobotOptions,
  RobotState,
  RoverAction,
  SerialOptions,
  Stopped,
  Telemetry,
  Transport,
} from './robot/index.js'
export { ports } from './robot/ports.js'
export { robot } from './robot/robot.js'
export { roverSkills } from './robot/skills.js'
export {
  iterate,
  json,
  lines,
  meter,
  type PacedOptions,
  paced,
  type Speed,
  sentences,
  text,
  until,
} from './stream/index.js'
export type { Token } from './stream/token.js'
export type { ChatMessage } from './tokenizer/chat.js'
export type { EncodeOptions, Tokenizer } from './tokenizer/tokenizer.js'
export type { AnyMessage, ChatPart, Tool, ToolCall, ToolChoice } from './tools/index.js'
export { toolsOf } from './tools/tool.js'
