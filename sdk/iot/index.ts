/** The last room of the way: models, robots and sensors on a broker. */

export { connect } from './broker/connect.js'
export type { Connection, Message, PublishOptions, QoS, Will } from './broker/connection.js'
export { MemoryBroker, type MemoryBrokerOptions, type MemoryLine } from './broker/memory.js'
export type { BrokerOptions } from './broker/options.js'
export type { Clock } from './clock.js'
export {
  type AskFleet,
  type FleetClient,
  type FleetClientOptions,
  type FleetNews,
  fleetClient,
} from './fleet/client.js'
export type { Health } from './fleet/health.js'
export type { FleetRequest } from './fleet/job.js'
export { fleetMember, type Member, type MemberOptions } from './fleet/member.js'
export type { Actor, AskOptions, TextModel } from './model.js'
export type { Answer, Fault, News } from './request/answer.js'
export type { RequestKind, RequestLimits } from './request/request.js'
export type { DeskLimits } from './service/desk.js'
export type { HomeAssistantOptions } from './service/home-assistant.js'
export type { QoSByTopic, ServiceOptions } from './service/options.js'
export { mqttService, type Service } from './service/service.js'
export type { Status } from './service/status.js'
export { type Rule, type RulesOptions, type RuleVerdict, rules } from './telemetry/rules.js'
export type { NumberStats, Stats, WordStats } from './telemetry/stats.js'
export { type AdviseOptions, advise, type SummarizeOptions, summarize } from './telemetry/summarize.js'
export { windowText } from './telemetry/window-text.js'
export { type Reading, type Window, type WindowOptions, windows } from './telemetry/windows.js'
