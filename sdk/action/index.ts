/** The action room: skills, the guard, and tokens → actions → verdicts. */
export type { Action } from './action.js'
export type { ActionOf } from './action-type.js'
export { actions } from './actions.js'
export { Audit, type AuditOptions } from './audit/audit.js'
export { audited } from './audit/audited.js'
export type { AuditEntry, AuditRecord } from './audit/line.js'
export { type AuditDamage, type ReadAuditOptions, readAudit } from './audit/read.js'
export type { AuditBegin, AuditSession } from './audit/session.js'
export { createGuard, type Guard, type GuardOptions, type Plan, type Verdict } from './guard.js'
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
export { type Checked, checkValue } from './value-check.js'
