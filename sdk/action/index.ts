/** The action room: skills, the guard, and tokens → actions → verdicts. */
export type { Action } from './action.js'
export type { ActionOf } from './action-type.js'
export { actions } from './actions.js'
export { allowed, isAllowed } from './allowed.js'
export { Audit, type AuditOptions } from './audit/audit.js'
export { audited } from './audit/audited.js'
export type { AuditEntry, AuditRecord } from './audit/line.js'
export { type AuditDamage, type ReadAuditOptions, readAudit } from './audit/read.js'
export type { AuditBegin, AuditSession } from './audit/session.js'
export type { AreaShape, Point } from './guard/area.js'
export type { Confirm } from './guard/confirm.js'
export type { Fence, Pose } from './guard/fence.js'
export type { Motion } from './guard/motion.js'
export type { GuardOptions, Verdict } from './guard/options.js'
export type { Plan } from './guard/plan.js'
export type { Requirement, SensorRequirement, StateRequirement } from './guard/preconditions.js'
export type { Rate } from './guard/rate.js'
export { type Reading, Sensors } from './guard/sensors.js'
export type { TravelLimits } from './guard/travel.js'
export { createGuard, type Guard } from './guard.js'
export { guarded } from './guarded.js'
export {
  actionSchema,
  type ReadySkill,
  type Skill,
  type SkillSet,
  type SkillSetOptions,
  type Skills,
  skillSet,
} from './skill.js'
export { isStandardSchema, type StandardResult, type StandardSchema } from './standard-schema.js'
export { type QuoteOptions, quoted } from './untrusted.js'
export { type Checked, checkValue } from './value-check.js'
