/** A plain validator for the schemas that decoding can be held to; the tests' own truth, independent of the grammar. */
type Schema = Record<string, unknown> | boolean

export function validates(schema: Schema, value: unknown, root: Schema = schema): boolean {
  if (schema === true) return true
  if (schema === false) return false
  const s = schema as Record<string, never>
  if (s.$ref !== undefined) {
    let at = root as Record<string, never>
    for (const key of String(s.$ref).split('/').slice(1)) at = at[key]
    return validates(at, value, root)
  }
  if (s.anyOf !== undefined) return (s.anyOf as Schema[]).some((o) => validates(o, value, root))
  if (s.const !== undefined) return JSON.stringify(s.const) === JSON.stringify(value)
  if (s.enum !== undefined) return (s.enum as unknown[]).some((e) => JSON.stringify(e) === JSON.stringify(value))
  const types = Array.isArray(s.type) ? (s.type as string[]) : s.type === undefined ? [] : [s.type as string]
  return types.length === 0 || types.some((type) => typed(type, s, value, root))
}

function typed(type: string, s: Record<string, never>, value: unknown, root: Schema): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'number':
    case 'integer': {
      if (typeof value !== 'number' || (type === 'integer' && !Number.isInteger(value))) return false
      if (value < (s.minimum ?? -Infinity) || value > (s.maximum ?? Infinity)) return false
      if (s.exclusiveMinimum !== undefined && value <= s.exclusiveMinimum) return false
      if (s.exclusiveMaximum !== undefined && value >= s.exclusiveMaximum) return false
      if (s.multipleOf === undefined) return true
      const times = value / s.multipleOf
      return Math.abs(times - Math.round(times)) < 1e-6
    }
    case 'string': {
      if (typeof value !== 'string') return false
      const length = [...value].length
      if (length < (s.minLength ?? 0) || length > (s.maxLength ?? Infinity)) return false
      return s.pattern === undefined || new RegExp(s.pattern, 'u').test(value)
    }
    case 'array': {
      if (!Array.isArray(value) || value.length < (s.minItems ?? 0) || value.length > (s.maxItems ?? Infinity))
        return false
      return s.items === undefined || value.every((item) => validates(s.items, item, root))
    }
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
      const properties = (s.properties ?? {}) as Record<string, Schema>
      if (((s.required ?? []) as string[]).some((key) => !Object.hasOwn(value, key))) return false
      return Object.entries(value).every(([key, v]) => {
        if (Object.hasOwn(properties, key)) return validates(properties[key], v, root)
        const more = (s.additionalProperties ?? false) as Schema
        return validates(more, v, root)
      })
    }
  }
  return false
}
