/** The action room: skills, the guard, and tokens → actions → verdicts. */
export type { Action } from './action.js'
export type { ActionOf } from './action-type.js'
export { actions } from './actions.js'
export { Audit, type AuditEntry, type AuditOptions, type AuditRecord, readAudit } from './audit.js'
export { audited } from './audited.js'
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
