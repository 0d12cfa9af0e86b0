/** The door of the package: all that an app may import. */
export type { CacheFormat } from '../hal/backend.js'
export { type ErrorKind, LutraError } from '../hal/error.js'
export type { Action } from './action/action.js'
export {
  type ActionOf,
  Audit,
  type AuditBegin,
  type AuditDamage,
  type AuditEntry,
  type AuditOptions,
  type AuditRecord,
  type AuditSession,
  actions,
  allowed,
  audited,
  type Confirm,
  createGuard,
  type Fence,
  type Guard,
  type GuardOptions,
  guarded,
  isAllowed,
  type Motion,
  type Plan as GuardPlan,
  type Pose,
  type QuoteOptions,
  quoted,
  type Rate,
  type ReadAuditOptions,
  type Reading,
  type ReadySkill,
  type Requirement,
  readAudit,
  type SensorRequirement,
  Sensors,
  type Skill,
  type SkillSet,
  type SkillSetOptions,
  type Skills,
  type StandardResult,
  type StandardSchema,
  type StateRequirement,
  skillSet,
  type TravelLimits,
  type Verdict,
} from './action/index.js'
export type { EmbedOptions, Generation, LookupOptions, Score, StopReason } from './decoder/index.js'
export type { SchemaObject } from './grammar/index.js'
export type { MetadataValue, ModelFile } from './model/model-file.js'
export * from './open.js'
export { type Pulled, type PullOptions, type PullProgress, type PullResult, pull } from './pull/index.js'
export { button } from './robot/button.js'
export { gpioInput } from './robot/gpio/input.js'
export { nativeGpio } from './robot/gpio/native.js'
export { gpioOutput } from './robot/gpio/output.js'
export { simulatedGpio } from './robot/gpio/simulated.js'
export type {
  ButtonOptions,
  Call as DriverCall,
  Driver,
  DriverFactory,
  Edge,
  Emergency,
  FloorPlan,
  Gpio,
  GpioChip,
  GpioOutput,
  HeldLines,
  InputOptions,
  Level,
  Line as RobotLine,
  LineOptions,
  OutputOptions,
  Port,
  PortReader,
  ReconnectOptions,
  Replay,
  ReplayOptions,
  ReplayStep,
  Report,
  Robot,
  RobotOptions,
  RobotState,
  RoverAction,
  SerialOptions,
  Settings as DriverSettings,
  SimulatedGpio,
  Stopped,
  Telemetry,
  Transport,
} from './robot/index.js'
export { ports } from './robot/ports.js'
export { replay } from './robot/replay/replay.js'
export { robot } from './robot/robot.js'
export { floorPlan } from './robot/simulated-rover/floor-plan.js'
export { roverSkills } from './robot/skills.js'
export {
  cancelOn,
  fromGenerator,
  iterate,
  json,
  lines,
  type MeterOptions,
  meter,
  type PacedOptions,
  paced,
  type SentenceOptions,
  type SharedOptions,
  type Speed,
  sentences,
  shared,
  type TeeOptions,
  type TeeTarget,
  tee,
  text,
  until,
} from './stream/index.js'
export type { Token } from './stream/token.js'
export type { ChatMessage } from './tokenizer/chat.js'
export type { EncodeOptions, Tokenizer } from './tokenizer/tokenizer.js'
export type { AnyMessage, ChatPart, Tool, ToolCall, ToolChoice } from './tools/index.js'
export { toolsOf } from './tools/tool.js'
